import { ColumnChoice } from './columns';

export type Density = 'comfortable' | 'compact';

/** What a user chooses in the panel's editor. */
export interface PanelOptions {
  groupByNamespace: boolean;
  columns: ColumnChoice[];
  density: Density;
  /** A field over the table to filter it by words. */
  showFilter: boolean;
}
