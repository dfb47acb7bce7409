import type { DataFrame, DataLink } from '@grafana/data';

import { t } from './i18n';
import type { SLOInfo } from './resources';
import type { BurnlineQuery, SeriesFilter } from './types';

interface Target {
  uid: string;
  name: string;
}

/** Gives the SLOs in tables of SLOs links to their history, burners and backtest, of the row's group alone. */
export function withRowLinks(
  frames: DataFrame[],
  queries: BurnlineQuery[],
  slos: SLOInfo[],
  datasource: Target
): DataFrame[] {
  return frames.map((frame) => {
    const query = queries.find(({ refId }) => refId === frame.refId);
    const slo = frame.fields.find(({ name }) => name === 'slo');
    const isRows = frame.fields.some(({ name }) => name === 'budget') && frame.meta?.custom?.burnline === 1;
    if (!query || !slo || !isRows) {
      return frame;
    }
    const groupBy: string[] = frame.meta?.custom?.groupBy ?? [];
    const links = [...(slo.config.links ?? []), ...linksOf(query, groupBy, slos, datasource)];
    return {
      ...frame,
      fields: frame.fields.map((field) => (field === slo ? { ...slo, config: { ...slo.config, links } } : field)),
    };
  });
}

function linksOf(query: BurnlineQuery, groupBy: string[], slos: SLOInfo[], { uid, name }: Target): DataLink[] {
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
  const split = [...new Set(slos.flatMap(({ splitBy }) => splitBy ?? []))].filter((label) => !groupBy.includes(label));
  const link = (title: string, of: Partial<BurnlineQuery>): DataLink => ({
    title,
    url: '',
    internal: { datasourceUid: uid, datasourceName: name, query: { refId: 'A', ...about, ...of } },
  });
  return [
    link(t('links.budget', 'Budget over time'), { queryType: 'timeseries', metrics: ['budget', 'burn'] }),
    link(t('links.history', 'History'), { queryType: 'history' }),
    link(t('links.burners', 'Breakdown'), { queryType: 'burners', burners: { by: split } }),
    link(t('links.backtest', 'Backtest'), { queryType: 'backtest', backtest: {} }),
  ];
}
