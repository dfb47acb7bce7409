import React, { useCallback, useState, type ReactNode } from 'react';
import { Button, Input, Stack, type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { formatSelector, parseSelector, type Selector } from '../selector';
import { MatcherList } from './MatcherList';
import { SingleCombobox } from './SingleCombobox';
import { suggestions } from './suggestions';
import { ProblemField, type ProblemFieldProps } from './controls';

interface Props extends ProblemFieldProps {
  value: string;
  placeholder: string;
  /** Shown before the field, under the same label. */
  before?: ReactNode;
  /** Offers histograms instead of counters and gauges. */
  histograms?: boolean;
  testId: string;
  datasource: DataSource;
  /** Called while the user types. */
  onChange: (value: string) => void;
  onChangeAndRun: (value: string) => void;
  onBlur: () => void;
}

/** A Prometheus selector: a metric with label filters, or PromQL. */
export function SelectorField(props: Props) {
  const { path, label, tooltip, optional, problems, testId, value, onChangeAndRun } = props;
  const selector = parseSelector(value);
  const [code, setCode] = useState(false);
  const written = code || !selector;

  return (
    <ProblemField path={path} label={label} tooltip={tooltip} optional={optional} problems={problems}>
      {(id) => (
        <Contents>
          {props.before}
          {written ? (
            <Input
              id={id}
              data-testid={testId}
              width={60}
              spellCheck={false}
              value={value}
              placeholder={props.placeholder}
              onFocus={() => setCode(true)} // text stays text while it is edited, even if it becomes a plain selector
              onChange={(event) => props.onChange(event.currentTarget.value)}
              onBlur={props.onBlur}
            />
          ) : (
            <Builder
              id={id}
              {...props}
              selector={selector}
              onChange={(changed) => onChangeAndRun(formatSelector(changed))}
            />
          )}
          <Button
            variant="secondary"
            fill="text"
            icon={written ? 'list-ul' : 'brackets-curly'}
            disabled={!selector}
            data-testid={`${testId}-mode`}
            aria-pressed={written}
            aria-label={
              written
                ? t('selector.use-builder', '{{label}}: select from lists', { label })
                : t('selector.use-code', '{{label}}: write PromQL', { label })
            }
            tooltip={
              written
                ? t('selector.to-builder', 'Select metric and labels from lists')
                : t('selector.to-code', 'Write PromQL')
            }
            onClick={() => setCode(!written)}
          />
        </Contents>
      )}
    </ProblemField>
  );
}

// `Field` passes props such as `invalid`, which are not valid on an element.
function Contents({ children }: { children: ReactNode }) {
  return (
    <Stack direction="row" gap={0.5} alignItems="flex-start" wrap="wrap">
      {children}
    </Stack>
  );
}

interface BuilderProps extends Pick<Props, 'datasource' | 'histograms' | 'placeholder' | 'testId' | 'label'> {
  id: string;
  selector: Selector;
  onChange: (selector: Selector) => void;
}

function Builder({ id, selector, datasource, histograms, placeholder, testId, label, onChange }: BuilderProps) {
  const metrics = useCallback(
    (typed: string): Promise<ComboboxOption[]> => suggestions(() => datasource.findMetrics(typed, Boolean(histograms))),
    [datasource, histograms]
  );
  return (
    <>
      <SingleCombobox
        id={id}
        data-testid={`${testId}-metric`}
        width={34}
        placeholder={placeholder.replace(/\{.*/, '')}
        options={metrics}
        value={selector.metric || null}
        onChange={(option) => onChange({ ...selector, metric: option.value })}
        createCustomValue
      />
      <MatcherList
        matchers={selector.matchers}
        name={label}
        datasource={datasource}
        selector={formatSelector(selector)}
        testId={testId}
        onChange={(matchers) => onChange({ ...selector, matchers })}
      />
    </>
  );
}
