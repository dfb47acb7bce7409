import type { AnnotationSupport } from '@grafana/data';

import { SCHEMA_VERSION, type BurnlineQuery } from './types';

/** The backend's frame has the columns that Grafana looks for by name; what is left is which query to begin with. */
export const annotations: AnnotationSupport<BurnlineQuery> = {
  getDefaultQuery: () => ({ schemaVersion: SCHEMA_VERSION, queryType: 'annotations' }),
  // An annotation that was never edited has no query yet.
  prepareQuery: ({ target }) => ({ ...target, refId: target?.refId ?? 'Anno', schemaVersion: SCHEMA_VERSION, queryType: 'annotations' }),
};
