import { CustomVariableSupport, MetricFindValue } from '@grafana/data';
import { Alert, TagList } from '@grafana/ui';
import { useEffect, useState } from 'react';

import { PageProps } from './Page';
import { findValues } from './variableValues';

/** The query of a dashboard's variable, and a preview of its values. */
export function VariablePage({ datasource, range }: PageProps) {
  const support = datasource.variables as CustomVariableSupport<typeof datasource>;
  const [query, setQuery] = useState<any>({ refId: 'variable', ...support.getDefaultQuery?.() });
  const [values, setValues] = useState<MetricFindValue[]>([]);
  const [problem, setProblem] = useState<string>();
  const [run, setRun] = useState(0);
  useEffect(() => {
    let current = true;
    findValues(datasource, query, range).then(
      (found) => current && (setValues(found), setProblem(undefined)),
      (error) => current && setProblem(error?.data?.message ?? error?.message ?? 'no values')
    );
    return () => {
      current = false;
    };
    // Only a query that was run counts.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [datasource, run]);
  const Editor = support.editor as React.ComponentType<any>;
  return (
    <>
      <section aria-label="Query editor">
        <Editor
          datasource={datasource}
          query={query}
          onChange={setQuery}
          onRunQuery={() => setRun((last) => last + 1)}
          range={range}
        />
      </section>
      {problem && <Alert severity="error" title={problem} />}
      <section aria-label="Preview of values" style={{ marginTop: 16 }}>
        <TagList tags={values.map(({ text }) => text)} />
      </section>
    </>
  );
}
