import { dateTime, FieldType, type DataQueryRequest } from '@grafana/data';
import {
  setBackendSrv,
  setDataSourceSrv,
  setTemplateSrv,
  type BackendSrv,
  type BackendSrvRequest,
} from '@grafana/runtime';
import { lastValueFrom, of } from 'rxjs';

import { makeDataSource } from './testing/dataSource';
import { templateSrvWith } from './testing/templateSrv';
import type { BurnlineQuery } from './types';

const answer = {
  results: {
    A: {
      frames: [
        {
          schema: {
            refId: 'A',
            meta: { custom: { burnline: 1, groupBy: [] } },
            fields: [
              { name: 'slo', type: FieldType.string },
              { name: 'budget', type: FieldType.number },
            ],
          },
          data: { values: [['availability'], [0.5]] },
        },
      ],
    },
  },
};

/**
 * Runs a summary query. Returns the request and the result, with the cache header of the response.
 */
async function ask(request: Partial<DataQueryRequest<BurnlineQuery>>, cache: 'HIT' | 'MISS') {
  const datasource = makeDataSource();
  const sent: BackendSrvRequest[] = [];
  const fetch = (one: BackendSrvRequest) => {
    sent.push(one);
    const headers = new Headers({ 'X-Cache': cache });
    return of({ data: answer, status: 200, ok: true, headers });
  };
  setBackendSrv({ fetch } as unknown as BackendSrv);
  setTemplateSrv(templateSrvWith({}));
  setDataSourceSrv({ getInstanceSettings: () => undefined } as never);
  const time = { from: dateTime(0), to: dateTime(60_000) };
  const response = await lastValueFrom(
    datasource.query({
      targets: [{ refId: 'A', queryType: 'summary' }],
      range: { ...time, raw: time },
      scopedVars: {},
      ...request,
    } as DataQueryRequest<BurnlineQuery>)
  );
  expect(sent.map(({ url }) => url.split('?')[0])).toEqual(['/api/ds/query']);
  return { query: sent[0], frame: response.data[0] };
}

test('tells Grafana’s query cache how long a panel wants its answers kept', async () => {
  const { query } = await ask({ queryCachingTTL: 60_000 }, 'MISS');
  expect(query.data.queries[0]).toMatchObject({ refId: 'A', queryCachingTTL: 60_000 });
  expect(query.headers).not.toHaveProperty('X-Cache-Skip');
});

test('goes past the query cache when asked to', async () => {
  const { query } = await ask({ skipQueryCache: true }, 'MISS');
  expect(query.headers).toMatchObject({ 'X-Cache-Skip': 'true' });
});

test('rows that got links still say that they come from the query cache', async () => {
  const { frame } = await ask({}, 'HIT');
  expect(frame.fields[0].config.links).toHaveLength(6);
  expect(frame.meta).toMatchObject({ isCachedResponse: true });
  expect((await ask({}, 'MISS')).frame.meta.isCachedResponse).toBeUndefined();
});
