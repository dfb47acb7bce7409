import { ColumnChoice } from './columns';

export type Density = 'comfortable' | 'compact';

/** What a user chooses in the panel's editor. */
export interface PanelOptions {
  groupByNamespace: boolean;
  columns: ColumnChoice[];
  /** Percentage below which a remaining budget is low. Panels of earlier versions have none. */
  lowBudget?: number;
  density: Density;
  /** A field over the table to filter it by words. */
  showFilter: boolean;
}
