import type { DataFrame, PanelPlugin } from '@grafana/data';

import { isGrafana } from '../grafanaVersion';
import { isWorkloadsFrame } from './rows';
import type { PanelOptions } from './types';

/** `VisualizationSuggestionScore.Best`; Grafana before 12.4 does not pass the frames. */
const best = 100;

/** Offers the panel for data that it can read, and for no other: a table of numbers is not yet one of workloads. */
export function suggestWorkloads(summary: { rawFrames?: DataFrame[] }) {
  return summary.rawFrames?.some(isWorkloadsFrame) ? [{ name: 'Burnline workloads', score: best }] : undefined;
}

/** Grafana before 12.4 would call a method of the supplier, which is a function here. */
export function addSuggestions(plugin: PanelPlugin<PanelOptions>): PanelPlugin<PanelOptions> {
  return isGrafana(12, 4) ? plugin.setSuggestionsSupplier(suggestWorkloads as never) : plugin;
}
