import {
  dateTime,
  textUtil,
  type DataFrame,
  type DataLink,
  type InterpolateFunction,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

import { exploreQueriesUrl } from './explore';
import { t } from './i18n';
import type { BurnlineOptions, BurnlineQuery, LinkTarget, SeriesFilter } from './types';

/** The row of a breakdown with the sum of all values that have no row. */
const OTHER = '(other)';

/** Attributes of OpenTelemetry for labels of Kubernetes. */
const ATTRIBUTES: Record<string, string> = {
  cluster: 'resource.k8s.cluster.name',
  namespace: 'resource.k8s.namespace.name',
  pod: 'resource.k8s.pod.name',
  service: 'resource.service.name',
  workload: 'resource.service.name',
};

const SERVICE = 'service.name';

/** The names of labels in data sources with attributes of OpenTelemetry. */
const NAMES: Record<string, (label: string) => string> = {
  tempo: (label) => ATTRIBUTES[label] ?? `.${label}`,
  jaeger: (label) => (ATTRIBUTES[label] ?? label).replace(/^resource\./, ''),
};

/** What links of requests depend on. */
export interface RequestLinks {
  uid: string;
  name: string;
  targets: Pick<BurnlineOptions, 'traces' | 'logs' | 'metrics'>;
  /** The time range of the rows. */
  range?: TimeRange;
  /** The plugin of a data source. */
  typeOf: (uid: string) => string | undefined;
}

type Values = Array<[label: string, value: string]>;

/** The links from a row to its failing requests: exemplars of its bad events, traces, logs and metrics of its group. */
export function requestLinks(source: RequestLinks, query: BurnlineQuery, labels: string[]): DataLink[] {
  const failing: DataLink = {
    title: t('links.exemplars', 'Failing requests'),
    url: '',
    internal: {
      datasourceUid: source.uid,
      datasourceName: source.name,
      range: source.range,
      query: ({ replaceVariables, scopedVars }: Scope) =>
        exemplarsQuery(
          query,
          valueOf(replaceVariables, scopedVars, 'slo'),
          valuesOf(replaceVariables, scopedVars, labels)
        ),
    },
  };
  return [failing, ...targetLinks(source, labels)];
}

interface Scope {
  replaceVariables: InterpolateFunction;
  scopedVars: ScopedVars;
}

function valueOf(replaceVariables: InterpolateFunction, scopedVars: ScopedVars, field: string): string {
  const variable = `\${__data.fields[${JSON.stringify(field)}]}`;
  const value = replaceVariables(variable, scopedVars);
  return value === variable ? '' : value;
}

function valuesOf(replaceVariables: InterpolateFunction, scopedVars: ScopedVars, labels: string[]): Values {
  return labels
    .map((label): [string, string] => [label, valueOf(replaceVariables, scopedVars, label)])
    .filter(([, value]) => value !== OTHER);
}

/** The query of a group's bad events. */
export function exemplarsQuery(query: BurnlineQuery, slo: string, values: Values): BurnlineQuery {
  const filters: SeriesFilter[] = values.map(([label, value]) => ({ label, op: '=', value }));
  return {
    refId: 'A',
    queryType: 'exemplars',
    ...(query.inline ? { inline: query.inline } : { slos: [slo] }),
    ...(query.groupBy && { groupBy: query.groupBy }),
    filters: [...(query.filters ?? []), ...filters],
  };
}

/** A data source of the settings that can be filtered by the labels of a group. */
interface FilteredTarget {
  title: string;
  uid: string;
  query: (values: Values) => TargetQuery;
}

function targetsFor({ targets, typeOf }: RequestLinks, labels: string[]): FilteredTarget[] {
  const titles = {
    traces: t('links.traces', 'Traces'),
    logs: t('links.logs', 'Logs'),
    metrics: t('links.metrics', 'Metrics'),
  };
  return (['traces', 'logs', 'metrics'] as const).flatMap((kind) => {
    const target = targets[kind];
    const uid = target?.datasourceUid;
    const type = uid ? typeOf(uid) : undefined;
    const blank = labels.map((label): [string, string] => [label, '']);
    if (!target || !uid || !type || !targetQuery(target, type, blank)) {
      return [];
    }
    const query = (values: Values) => targetQuery(target, type, values) ?? { refId: 'A' };
    return [{ title: titles[kind], uid, query }];
  });
}

function targetLinks(source: RequestLinks, labels: string[]): DataLink[] {
  return targetsFor(source, labels).map(({ title, uid, query }) => ({
    title,
    url: '',
    internal: {
      datasourceUid: uid,
      datasourceName: '',
      range: source.range,
      query: ({ replaceVariables, scopedVars }: Scope) => query(valuesOf(replaceVariables, scopedVars, labels)),
    },
  }));
}

type TargetQuery = Record<string, unknown> & { refId: string };

/** The query of a data source for the values of labels; undefined where no label is mapped. */
export function targetQuery(target: LinkTarget, type: string, values: Values): TargetQuery | undefined {
  const byLabel = new Map(values);
  const tags: Values = target.tags?.length
    ? target.tags.flatMap(({ key, value }): Values => (byLabel.has(key) ? [[value || key, byLabel.get(key)!]] : []))
    : values.map(([label, value]) => [NAMES[type]?.(label) ?? label, value]);
  if (tags.length === 0 || (type === 'prometheus' && !target.query)) {
    return undefined;
  }
  const quoted = (sign: string) => tags.map(([name, value]) => `${name}${sign}${JSON.stringify(value)}`);
  const written = (text: string, byDefault: string) => (target.query || byDefault).split('${__tags}').join(text);
  switch (type) {
    case 'tempo':
      return {
        refId: 'A',
        queryType: 'traceql',
        query: written(quoted(' = ').join(' && '), '{${__tags} && status = error}'),
      };
    case 'jaeger': {
      const service = tags.find(([name]) => name === SERVICE);
      const others = tags
        .filter(([name]) => name !== SERVICE)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      // Jaeger searches within one service.
      return (
        service && { refId: 'A', queryType: 'search', service: service[1], tags: ['error=true', ...others].join(' ') }
      );
    }
    case 'loki':
      return { refId: 'A', expr: written(quoted('=').join(', '), '{${__tags}}') };
    case 'prometheus':
      return { refId: 'A', expr: written(quoted('=').join(', '), '') };
    default:
      return { refId: 'A', query: written(quoted(':').join(' AND '), '${__tags}') };
  }
}

/** Gives exemplars a link to their trace, and to the traces, logs and metrics of their group. */
export function withTraceLinks(frame: DataFrame, source: RequestLinks): DataFrame {
  const labels: string[] = frame.meta?.custom?.groupBy ?? [];
  const uid = source.targets.traces?.datasourceUid;
  const type = uid ? source.typeOf(uid) : undefined;
  const trace: DataLink[] =
    uid && type
      ? [
          {
            title: t('links.trace', 'Trace'),
            url: '',
            internal: {
              datasourceUid: uid,
              datasourceName: '',
              range: source.range,
              query: {
                refId: 'A',
                query: '${__data.fields.trace_id}',
                ...(type === 'tempo' && { queryType: 'traceql' }),
              },
            },
          },
        ]
      : [];
  const links: Record<string, DataLink[]> = { trace_id: trace, value: trace, slo: targetLinks(source, labels) };
  return {
    ...frame,
    fields: frame.fields.map((field) =>
      links[field.name]?.length
        ? { ...field, config: { ...field.config, links: [...(field.config.links ?? []), ...links[field.name]] } }
        : field
    ),
  };
}

/** Grafana's name of the query of annotations, which it shows as HTML. A table of the same frame shows plain text. */
const ANNOTATION = 'Anno';

/** Appends links to failing requests, and to the data sources of the settings, to the texts of alerts. */
export function withAnnotationLinks(frame: DataFrame, query: BurnlineQuery, source: RequestLinks): DataFrame {
  const column = (name: string) => frame.fields.find((field) => field.name === name)?.values ?? [];
  const [kind, slo, labels, time, end] = ['kind', 'slo', 'labels', 'time', 'timeEnd'].map(column);
  if (frame.name !== 'annotations' || frame.refId !== ANNOTATION || labels.length === 0) {
    return frame;
  }
  const linksOf = (row: number) => {
    if (kind[row] !== 'firing') {
      return '';
    }
    const values: Values = Object.entries(JSON.parse(labels[row]) as Record<string, string>);
    const range = { from: dateTime(time[row]), to: dateTime(end[row] ?? source.range?.to) };
    const links: Array<[title: string, uid: string, query: DataQuery]> = [
      [t('links.exemplars', 'Failing requests'), source.uid, exemplarsQuery(query, slo[row], values)],
      ...targetsFor(
        source,
        values.map(([label]) => label)
      ).map((target): [string, string, DataQuery] => [target.title, target.uid, target.query(values)]),
    ];
    return links
      .map(([title, uid, of]) => `<a href="${textUtil.escapeHtml(exploreQueriesUrl(uid, [of], range))}">${title}</a>`)
      .join(' ');
  };
  const fields = frame.fields.map((field) =>
    field.name === 'text'
      ? {
          ...field,
          values: field.values.map((text, row) =>
            linksOf(row) ? `${textUtil.escapeHtml(text)}<br>${linksOf(row)}` : text
          ),
        }
      : field
  );
  return { ...frame, fields };
}
