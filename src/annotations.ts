import type { AnnotationSupport } from '@grafana/data';

import { SCHEMA_VERSION, type BurnlineQuery } from './types';

/**
 * The backend's frame has the columns that Grafana expects. Only the default query is defined here.
 */
export const annotations: AnnotationSupport<BurnlineQuery> = {
  getDefaultQuery: () => ({ schemaVersion: SCHEMA_VERSION, queryType: 'annotations' }),
  // A new annotation has no query.
  prepareQuery: ({ target }) => ({
    ...target,
    refId: target?.refId ?? 'Anno',
    schemaVersion: SCHEMA_VERSION,
    queryType: 'annotations',
  }),
};
