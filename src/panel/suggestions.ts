import { PanelDataSummary, VisualizationSuggestion, VisualizationSuggestionScore } from '@grafana/data';

import { isWorkloadsFrame } from './rows';
import { PanelOptions } from './types';

/** Offers the panel for data that it can read, and for no other: a table of numbers is not yet one of workloads. */
export function suggestWorkloads(
  summary: PanelDataSummary
): Array<Partial<VisualizationSuggestion<PanelOptions>>> | undefined {
  if (!summary.rawFrames?.some(isWorkloadsFrame)) {
    return undefined;
  }
  return [{ name: 'Burnline workloads', score: VisualizationSuggestionScore.Best }];
}
