import { DataSourcePlugin } from '@grafana/data';

import { DataSource } from './datasource';
import type { BurnlineOptions, BurnlineQuery } from './types';

export const plugin = new DataSourcePlugin<DataSource, BurnlineQuery, BurnlineOptions>(DataSource);
