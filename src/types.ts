import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

import type { QueryFields, QueryType, SLI, TypedQuery } from './schema.gen';

export * from './schema.gen';

/** A kind of SLI. */
export type Kind = keyof SLI;

/** A query as it is stored: fields of another type may be left over, and the type may be missing. */
export interface BurnlineQuery extends DataQuery, QueryFields {
  queryType?: QueryType;
}

/** A query by its type: in a switch over queryType only the fields of that type are there. */
export function typed(query: BurnlineQuery): TypedQuery {
  return { ...query, queryType: query.queryType ?? 'summary' } as TypedQuery;
}

export type Dialect = 'auto' | 'prometheus' | 'thanos' | 'mimir' | 'victoriametrics';

export type SourceResolution = 'raw' | '5m';

export interface BurnlineOptions extends DataSourceJsonData {
  /** The SLO definitions, as YAML. */
  catalog?: string;
  /** How long samples may still arrive: counts younger than this are read again. A duration, default 10m. */
  settle?: string;
  /** The Prometheus data source that "Open in Explore" goes to; default: one that Grafana has. */
  prometheusUid?: string;
  /** Memory for counts that are settled, in MiB, default 256. */
  cacheMiB?: number;
  /** How counters are read; automatic where it is not set. */
  estimator?: 'auto' | 'samples' | 'borders';
  /** The product of the server, default: detect it. */
  dialect?: Dialect;
  /** One tenant of Mimir, Cortex or Thanos, or several joined by |. */
  tenant?: string;
  /** Thanos: the replica labels, default those of its configuration. */
  replicaLabels?: string[];
  /** Thanos: the coarsest data that cells of an hour may come from, default raw, which alone is exact. */
  maxSourceResolution?: SourceResolution;
  /** Bound of one answer of the server, in MiB after decompression, default 128. */
  maxResponseMiB?: number;
}
