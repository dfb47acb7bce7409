import { ColumnChoice } from './columns';

export type Density = 'comfortable' | 'compact';

/** The options in the panel's editor. */
export interface PanelOptions {
  groupByNamespace: boolean;
  columns: ColumnChoice[];
  /**
   * Percentage below which a remaining budget is low. Panels of earlier versions do not have it.
   */
  lowBudget?: number;
  density: Density;
  /** Shows a text filter above the table. */
  showFilter: boolean;
}
