import type { DataFrame, DataLink } from '@grafana/data';

import { t } from './i18n';
import { requestLinks, withAnnotationLinks, withTraceLinks, type RequestLinks } from './requestLinks';
import type { BurnlineQuery, SeriesFilter } from './types';

/** What links need of the frame's metadata. */
interface RowsMeta {
  groupBy?: string[];
  splitBy?: string[];
}

/**
 * Gives the SLOs in tables of SLOs links to their history, burners and backtest, of the row's group alone. They, and
 * the rows of breakdowns, have links to failing requests. Exemplars have links to their traces.
 */
export function withRowLinks(frames: DataFrame[], queries: BurnlineQuery[], datasource: RequestLinks): DataFrame[] {
  return frames.map((frame) => {
    const query = queries.find(({ refId }) => refId === frame.refId);
    const slo = frame.fields.find(({ name }) => name === 'slo');
    const has = (column: string) => frame.fields.some(({ name }) => name === column);
    if (!query || !slo || frame.meta?.custom?.burnline !== 1) {
      return frame;
    }
    switch (frame.name) {
      case 'exemplars':
        return withTraceLinks(frame, datasource);
      case 'annotations':
        return withAnnotationLinks(frame, query, datasource);
    }
    const { groupBy = [], splitBy = [] }: RowsMeta = frame.meta?.custom ?? {};
    const isBreakdown = frame.name === 'burners';
    if (!has('budget') && !isBreakdown) {
      return frame;
    }
    const split = isBreakdown ? (query.burners?.by ?? []).filter(has) : [];
    const links = [
      ...(slo.config.links ?? []),
      ...(isBreakdown ? [] : linksOf(query, groupBy, splitBy, datasource)),
      ...requestLinks(datasource, query, [...groupBy, ...split]),
    ];
    return {
      ...frame,
      fields: frame.fields.map((field) => (field === slo ? { ...slo, config: { ...slo.config, links } } : field)),
    };
  });
}

function linksOf(query: BurnlineQuery, groupBy: string[], splitBy: string[], source: RequestLinks): DataLink[] {
  const filters: SeriesFilter[] = [
    ...(query.filters ?? []),
    ...groupBy.map((label): SeriesFilter => ({ label, op: '=', value: `\${__data.fields["${label}"]}` })),
  ];
  const about: Partial<BurnlineQuery> = {
    ...(query.inline ? { inline: query.inline } : { slos: ['${__data.fields.slo}'] }),
    ...(query.policy && { policy: query.policy }),
    groupBy,
    filters,
  };
  const link = (title: string, of: Partial<BurnlineQuery>): DataLink => ({
    title,
    url: '',
    internal: {
      datasourceUid: source.uid,
      datasourceName: source.name,
      range: source.range,
      query: { refId: 'A', ...about, ...of },
    },
  });
  return [
    link(t('links.budget', 'Budget over time'), { queryType: 'timeseries', metrics: ['budget', 'burn'] }),
    link(t('links.history', 'History'), { queryType: 'history' }),
    link(t('links.burners', 'Breakdown'), { queryType: 'burners', burners: { by: splitBy } }),
    link(t('links.changes', 'Changes'), { queryType: 'changes', changes: {} }),
    link(t('links.backtest', 'Backtest'), { queryType: 'backtest', backtest: {} }),
  ];
}
