import * as cog from '@grafana/grafana-foundation-sdk/cog';

import { SCHEMA_VERSION } from '../schema.gen';
import type { BurnlineQuery } from '../types';

/** The dashboard's variable for the data source. */
export const DATASOURCE = { type: 'burnline-slo-datasource', uid: '${datasource}' };

export type Filter = { label: string; op: '=' | '!=' | '=~' | '!~'; value: string };

/** The queries of the dashboards. Any text may contain template variables. */
export type Question = Omit<BurnlineQuery, 'refId' | 'period'> & { period?: string; filters?: Filter[] };

/** A query of the Burnline data source as stored in a dashboard. */
export class Query implements cog.Builder<cog.Dataquery> {
  constructor(
    private readonly question: Question,
    private readonly refId = 'A'
  ) {}

  build(): cog.Dataquery {
    const query = { refId: this.refId, datasource: DATASOURCE, schemaVersion: SCHEMA_VERSION, ...this.question };
    return query as typeof query & cog.Dataquery;
  }
}

/** Grafana's data source for the result of another panel. */
export const DASHBOARD = { type: 'datasource', uid: '-- Dashboard --' };

/** The result of another panel. */
export class AnswerOf implements cog.Builder<cog.Dataquery> {
  constructor(private readonly panelId: number) {}

  build(): cog.Dataquery {
    const query = { refId: 'A', datasource: DASHBOARD, panelId: this.panelId };
    return query as typeof query & cog.Dataquery;
  }
}

/** Filters by the variables cluster, namespace and workload of a dashboard. */
export const CHOSEN: Filter[] = [
  { label: 'cluster', op: '=~', value: '$cluster' },
  { label: 'namespace', op: '=~', value: '$namespace' },
  { label: 'workload', op: '=~', value: '$workload' },
];

/** The SLO of everything selected, as one group. */
export const WHOLE: Pick<Question, 'slos' | 'filters' | 'groupBy'> = { slos: ['$slo'], filters: CHOSEN, groupBy: [] };
