import React, { useCallback, useId, useState, type ComponentType, type ReactElement } from 'react';
import { AccessoryButton, EditorList, InputGroup } from '@grafana/plugin-ui';
import { type ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import type { DataSource } from '../datasource';
import { matcherOps, type Matcher } from '../selector';
import { SingleCombobox } from './SingleCombobox';
import { suggestions } from './suggestions';
import { variableOptions } from './variableOptions';

interface Props {
  matchers: Matcher[];
  /** Accessible name of the field. */
  name: string;
  /** The selector for the lookup of labels and values. */
  selector: string;
  datasource: DataSource;
  testId: string;
  onChange: (matchers: Matcher[]) => void;
  /** Lists the labels, if not those of the selector's series. */
  findLabels?: () => Promise<string[]>;
  findValues?: (label: string) => Promise<string[]>;
}

/** Label filters, such as those of the Prometheus query builder. */
export function MatcherList({ matchers, name, selector, datasource, testId, onChange, ...find }: Props) {
  // A filter without a value is not a matcher yet.
  const [drafts, setDrafts] = useState<Array<Partial<Matcher>>>([]);
  const change = (items: Array<Partial<Matcher>>) => {
    setDrafts(items.filter((item) => !isComplete(item)));
    const complete = items.filter(isComplete);
    if (JSON.stringify(complete) !== JSON.stringify(matchers)) {
      onChange(complete);
    }
  };
  const labels = useCallback(
    (typed: string) =>
      suggestions(async () => containing(typed, await (find.findLabels ?? (() => datasource.findLabels(selector)))())),
    [datasource, selector, find.findLabels]
  );

  return (
    <Matchers
      items={[...matchers, ...drafts]}
      onChange={change}
      renderItem={(item, onChangeItem, onDelete) => (
        <MatcherItem
          item={item}
          name={name}
          testId={testId}
          labels={labels}
          values={(typed) =>
            suggestions(
              async () =>
                find.findValues
                  ? containing(typed, await find.findValues(item.label!))
                  : datasource.findValues(selector, item.label!, typed),
              variableOptions()
            )
          }
          onChange={onChangeItem}
          onDelete={onDelete}
        />
      )}
    />
  );
}

// The list of @grafana/plugin-ui has no accessible name.
const Matchers = EditorList as ComponentType<{
  items: Array<Partial<Matcher>>;
  onChange: (items: Array<Partial<Matcher>>) => void;
  renderItem: (
    item: Partial<Matcher>,
    onChangeItem: (item: Partial<Matcher>) => void,
    onDelete: () => void
  ) => ReactElement;
}>;

interface ItemProps {
  item: Partial<Matcher>;
  name: string;
  testId: string;
  labels: (typed: string) => Promise<ComboboxOption[]>;
  values: (typed: string) => Promise<ComboboxOption[]>;
  onChange: (item: Partial<Matcher>) => void;
  onDelete: () => void;
}

function MatcherItem({ item, name, testId, labels, values, onChange, onDelete }: ItemProps) {
  const id = useId();
  return (
    <>
      <span id={`${id}-label`} hidden>
        {t('matcher.label', '{{name}}: label', { name })}
      </span>
      <span id={`${id}-op`} hidden>
        {t('matcher.operator', '{{name}}: operator', { name })}
      </span>
      <span id={`${id}-value`} hidden>
        {t('matcher.value', '{{name}}: value', { name })}
      </span>
      <InputGroup>
        <SingleCombobox
          aria-labelledby={`${id}-label`}
          data-testid={`${testId}-label`}
          width="auto"
          minWidth={14}
          maxWidth={30}
          placeholder={t('matcher.choose-label', 'Label')}
          options={labels}
          value={item.label ?? null}
          onChange={(option) => onChange({ ...item, op: item.op ?? '=', label: option.value })}
          createCustomValue
        />
        <SingleCombobox<Matcher['op']>
          aria-labelledby={`${id}-op`}
          data-testid={`${testId}-op`}
          width={8}
          options={matcherOps.map((value) => ({ value }))}
          value={item.op ?? '='}
          onChange={(option) => onChange({ ...item, op: option.value })}
        />
        <SingleCombobox
          // Another label has other values.
          key={item.label ?? ''}
          aria-labelledby={`${id}-value`}
          data-testid={`${testId}-value`}
          width="auto"
          minWidth={14}
          maxWidth={40}
          placeholder={t('matcher.choose-value', 'Value')}
          options={values}
          disabled={!item.label}
          // Written as in PromQL.
          value={item.value === '' ? { value: '', label: '""' } : (item.value ?? null)}
          onChange={(option) => onChange({ ...item, op: item.op ?? '=', value: option.value })}
          createCustomValue
        />
        <AccessoryButton
          aria-label={t('matcher.remove', '{{name}}: remove this filter', { name })}
          icon="times"
          variant="secondary"
          onClick={onDelete}
        />
      </InputGroup>
    </>
  );
}

function isComplete(item: Partial<Matcher>): item is Matcher {
  return Boolean(item.label && item.op) && item.value !== undefined;
}

function containing(typed: string, names: string[]): string[] {
  return names.filter((name) => name.toLowerCase().includes(typed.toLowerCase()));
}
