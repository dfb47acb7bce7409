import { CoreApp, type DataSourceInstanceSettings } from '@grafana/data';
import { DataSourceWithBackend } from '@grafana/runtime';

import type { BurnlineOptions, BurnlineQuery } from './types';

export class DataSource extends DataSourceWithBackend<BurnlineQuery, BurnlineOptions> {
  constructor(settings: DataSourceInstanceSettings<BurnlineOptions>) {
    super(settings);
  }

  getDefaultQuery(_: CoreApp): Partial<BurnlineQuery> {
    return { queryType: 'summary' };
  }
}
