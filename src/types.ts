import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

import type { QueryFields, QueryType, SLI, TypedQuery } from './schema.gen';

export * from './schema.gen';

/** A kind of SLI. */
export type Kind = keyof SLI;

/** A stored query. It may have fields of another type, and its type may be missing. */
export interface BurnlineQuery extends DataQuery, QueryFields {
  queryType?: QueryType;
}

/** A query by its type: in a switch over queryType, only the fields of the type are available. */
export function typed(query: BurnlineQuery): TypedQuery {
  return { ...query, queryType: query.queryType ?? 'summary' } as TypedQuery;
}

export type Dialect = 'auto' | 'prometheus' | 'thanos' | 'mimir' | 'victoriametrics';

export type SourceResolution = 'raw' | '5m';

/** A data source that links of a group open, with names of labels there. */
export interface LinkTarget {
  datasourceUid?: string;
  /** Labels of groups, and their names in the data source. Default: all labels. */
  tags?: Array<{ key: string; value?: string }>;
  /** The query, with ${__tags} for the labels. */
  query?: string;
}

export interface BurnlineOptions extends DataSourceJsonData {
  /** The SLO definitions, as YAML. */
  catalog?: string;
  /**
   * How long samples may arrive late: counts younger than this are read again. A duration, default
   * 10m.
   */
  settle?: string;
  /** The Prometheus data source of "Open in Explore"; default: one that Grafana has. */
  prometheusUid?: string;
  /** Where links of rows, breakdowns, annotations and exemplars open traces, logs and metrics. */
  traces?: LinkTarget;
  logs?: LinkTarget;
  metrics?: LinkTarget;
  /** Memory for settled counts, in MiB, default 256. */
  cacheMiB?: number;
  /** How counters are read; automatic if not set. */
  estimator?: 'auto' | 'samples' | 'borders';
  /** The product of the server; detected by default. */
  dialect?: Dialect;
  /** One tenant of Mimir, Cortex or Thanos, or several joined by |. */
  tenant?: string;
  /** Thanos: the replica labels; by default those of its configuration. */
  replicaLabels?: string[];
  /** Thanos: the coarsest data for cells of an hour, default raw. Only raw data is exact. */
  maxSourceResolution?: SourceResolution;
  /** Maximum size of one response of the server, in MiB after decompression, default 128. */
  maxResponseMiB?: number;
  /** Forwards the viewer's OAuth token. */
  oauthPassThru?: boolean;
  /** Signs requests for Amazon; the other fields of SigV4 belong to Grafana's library. */
  sigV4Auth?: boolean;
  /** Credentials of Microsoft Entra ID, as Grafana's own data sources for Azure store them. */
  azureCredentials?: { authType: string } & Record<string, unknown>;
  /** The audience of tokens of Microsoft Entra ID, default Azure Monitor. */
  azureEndpointResourceId?: string;
  /** Google authentication by a service account (`jwt`) or by the server (`gce`). */
  authenticationType?: string;
}
