import * as cog from '@grafana/grafana-foundation-sdk/cog';

import { SCHEMA_VERSION } from '../schema.gen';
import type { BurnlineQuery } from '../types';

/** The dashboard's variable for the data source. */
export const DATASOURCE = { type: 'burnline-slo-datasource', uid: '${datasource}' };

type Filter = { label: string; op: '=' | '!=' | '=~' | '!~'; value: string };

/** The queries of the dashboards; any text may contain template variables. */
export type Question = Omit<BurnlineQuery, 'refId' | 'period'> & { period?: string; filters?: Filter[] };

/** A query of the Burnline data source as a dashboard holds it. */
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

/** Grafana's own: the result of another panel of the dashboard. */
export const DASHBOARD = { type: 'datasource', uid: '-- Dashboard --' };

/** The answer of another panel. */
export class AnswerOf implements cog.Builder<cog.Dataquery> {
  constructor(private readonly panelId: number) {}

  build(): cog.Dataquery {
    const query = { refId: 'A', datasource: DASHBOARD, panelId: this.panelId };
    return query as typeof query & cog.Dataquery;
  }
}

/** Narrows a query down to the namespaces and workloads that are chosen above the dashboard. */
export const CHOSEN: Filter[] = [
  { label: 'namespace', op: '=~', value: '$namespace' },
  { label: 'workload', op: '=~', value: '$workload' },
];
