import { FieldType, toDataFrame } from '@grafana/data';

import { withRowLinks } from './links';
import type { RequestLinks } from './requestLinks';
import type { BurnlineQuery } from './types';

const datasource: RequestLinks = { uid: 'burnline', name: 'Burnline', targets: {}, typeOf: () => undefined };
const rows = (name = 'budget') => ({
  ...toDataFrame({
    refId: 'A',
    fields: [
      { name: 'slo', type: FieldType.string, values: ['availability'] },
      { name: 'namespace', type: FieldType.string, values: ['shop'] },
      { name, type: FieldType.number, values: [0.5] },
    ],
    meta: { custom: { burnline: 1, groupBy: ['namespace'], splitBy: ['code'] } },
  }),
});
const linksOf = (frames: ReturnType<typeof withRowLinks>) => frames[0].fields[0].config.links ?? [];

it('links a row to what tells more about its SLO and group', () => {
  const query: BurnlineQuery = { refId: 'A', filters: [{ label: 'pod', op: '!=', value: 'x' }] };
  const links = linksOf(withRowLinks([rows()], [query], datasource));
  expect(links.map(({ title }) => title)).toEqual([
    'Budget over time',
    'History',
    'Breakdown',
    'Changes',
    'Backtest',
    'Failing requests',
  ]);
  expect(links[2].internal).toEqual({
    datasourceUid: 'burnline',
    datasourceName: 'Burnline',
    query: {
      refId: 'A',
      queryType: 'burners',
      slos: ['${__data.fields.slo}'],
      groupBy: ['namespace'],
      filters: [
        { label: 'pod', op: '!=', value: 'x' },
        { label: 'namespace', op: '=', value: '${__data.fields["namespace"]}' },
      ],
      burners: { by: ['code'] },
    },
  });
});

it('takes an inline SLO along', () => {
  const inline = { name: 'a', window: '1d', sli: { probe: { gauge: 'up' } } };
  const links = linksOf(withRowLinks([rows()], [{ refId: 'A', inline }], datasource));
  expect(links[1].internal?.query).toMatchObject({ inline, queryType: 'history' });
  expect(links[1].internal?.query).not.toHaveProperty('slos');
});

it('leaves other frames alone', () => {
  const frame = rows('value');
  expect(withRowLinks([frame], [{ refId: 'A' }], datasource)[0]).toBe(frame);
});
