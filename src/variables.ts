import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type MetricFindValue,
  type QueryEditorProps,
  type ScopedVars,
} from '@grafana/data';
import { from, map, type Observable } from 'rxjs';

import type { DataSource } from './datasource';
import { interpolateQuery } from './interpolation';
import { onDemand } from './onDemand';
import type { BurnlineOptions, BurnlineQuery } from './types';

/**
 * The values of a variable: SLO names, a label of the SLOs, labels of series, their values,
 * policies, or values of workloads.
 */
export type VariableType = 'slos' | 'sloLabel' | 'values' | 'labels' | 'policies' | 'workloads';

/** The query of a variable. SLOs and filters restrict it, as in any query. */
export interface VariableQuery extends BurnlineQuery {
  variable?: VariableType;
  /** The label of `sloLabel`, `values` and `workloads`. */
  label?: string;
  /** Hides the variable on a dashboard while there is no choice. */
  hideSingle?: boolean;
}

type EditorProps = QueryEditorProps<DataSource, BurnlineQuery, BurnlineOptions, VariableQuery>;

const VariableEditor = onDemand<EditorProps>(async () => (await import('./components/VariableEditor')).VariableEditor);

/** Variables with values from the data source. */
export class VariableSupport extends CustomVariableSupport<DataSource, VariableQuery> {
  editor = VariableEditor;

  constructor(private readonly datasource: DataSource) {
    super();
  }

  query({ targets, scopedVars }: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    return from(this.find(targets[0], scopedVars)).pipe(map((data) => ({ data })));
  }

  getDefaultQuery(): Partial<VariableQuery> {
    return { variable: 'slos' };
  }

  private async find(query: VariableQuery, scopedVars: ScopedVars): Promise<MetricFindValue[]> {
    const texts = await this.texts(query, scopedVars);
    if (query.hideSingle) {
      const { hideSingle } = await import('./hideSingle');
      await hideSingle(query, texts, scopedVars, (other) => this.texts(other, scopedVars));
    }
    return texts.map((text) => ({ text, value: text }));
  }

  private async texts(query: VariableQuery, scopedVars?: ScopedVars): Promise<string[]> {
    const { slos: wanted } = interpolateQuery({ refId: '', slos: query.slos }, scopedVars);
    const labelled = matcherOf(interpolateQuery({ refId: '', filters: query.filters }, scopedVars).filters);
    const catalog = async () =>
      (await this.datasource.getSLOs()).filter(
        ({ name, labels }) => (wanted?.includes(name) ?? true) && labelled(labels ?? {})
      );
    switch (query.variable ?? 'slos') {
      case 'slos':
        return (await catalog()).map(({ name }) => name);
      case 'sloLabel':
        return distinct((await catalog()).flatMap(({ labels }) => labels?.[query.label ?? ''] ?? []));
      case 'policies':
        return (await this.datasource.getPolicies()).map(({ name }) => name);
      case 'labels':
        return this.datasource.getLabelsOf(query);
      case 'values':
        return query.label ? this.datasource.getValuesOf(query, query.label, scopedVars) : [];
      case 'workloads':
        return query.label
          ? this.datasource.getValuesOf({ ...query, queryType: 'resources' }, query.label, scopedVars)
          : [];
    }
  }
}

/** Whether labels of an SLO fulfill every filter. A label that is missing is empty. */
function matcherOf(filters: BurnlineQuery['filters'] = []): (labels: Record<string, string>) => boolean {
  const tests = filters.map(({ label, op = '=', value }) => {
    const matches = op.endsWith('~') ? anchored(value) : (text: string) => text === value;
    return (labels: Record<string, string>) => matches(labels[label] ?? '') !== op.startsWith('!');
  });
  return (labels) => tests.every((test) => test(labels));
}

function anchored(pattern: string): (text: string) => boolean {
  const regex = new RegExp(`^(?:${pattern})$`);
  return (text) => regex.test(text);
}

export function distinct(texts: string[]): string[] {
  return [...new Set(texts)].sort();
}
