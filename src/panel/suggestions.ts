import { PanelDataSummary, VisualizationSuggestion, VisualizationSuggestionScore } from '@grafana/data';

import { isWorkloadsFrame } from './rows';
import { PanelOptions } from './types';

/**
 * Suggests the panel only for data that it can read: a table of numbers alone is not one of
 * workloads.
 */
export function suggestWorkloads(
  summary: PanelDataSummary
): Array<Partial<VisualizationSuggestion<PanelOptions>>> | undefined {
  if (!summary.rawFrames?.some(isWorkloadsFrame)) {
    return undefined;
  }
  return [{ name: 'Burnline workloads', score: VisualizationSuggestionScore.Best }];
}
