import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type MetricFindValue,
  type QueryEditorProps,
  type ScopedVars,
  VariableHide,
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
      const isChoice = texts.length > 1 || (texts.length === 1 && (await this.hasUnlabelled(query, scopedVars)));
      setHidden(scopedVars, !isChoice);
    }
    return texts.map((text) => ({ text, value: text }));
  }

  /** Whether something lacks the label, such as one of two clusters. */
  private async hasUnlabelled(query: VariableQuery, scopedVars: ScopedVars): Promise<boolean> {
    const filters = [...(query.filters ?? []), { label: query.label ?? '', op: '=' as const, value: '' }];
    const label = query.variable === 'workloads' ? 'workload' : '__name__';
    return (await this.texts({ ...query, label, filters }, scopedVars)).length > 0;
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

/** Hides or shows the dashboard's variable that sent a query. A Grafana that passes no variable shows it. */
function setHidden(scopedVars: ScopedVars, hidden: boolean) {
  const variable = scopedVars.__sceneObject?.value?.valueOf() as { setState?(state: object): void } | undefined;
  variable?.setState?.({ hide: hidden ? VariableHide.hideVariable : VariableHide.dontHide });
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
