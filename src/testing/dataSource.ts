import type { DataSourceInstanceSettings } from '@grafana/data';

import { DataSource } from '../datasource';
import type { BurnlineOptions } from '../types';

/** A data source as Grafana creates it, with uid "burnline". */
export function makeDataSource(): DataSource {
  return new DataSource({
    id: 1,
    uid: 'burnline',
    name: 'Burnline',
    type: 'burnline-slo-datasource',
    access: 'proxy',
    readOnly: false,
    jsonData: {},
    meta: { id: 'burnline-slo-datasource', type: 'datasource' },
  } as unknown as DataSourceInstanceSettings<BurnlineOptions>);
}
