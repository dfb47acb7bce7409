import { FieldConfigProperty, PanelPlugin, ThresholdsMode } from '@grafana/data';

import { WorkloadsPanel } from './components/WorkloadsPanel';
import { addOptions } from './options';
import { addSuggestions } from './suggestions';
import { PanelOptions } from './types';

const panel = new PanelPlugin<PanelOptions>(WorkloadsPanel)
  .setNoPadding()
  .setPanelOptions(addOptions)
  .useFieldConfig({
    disableStandardOptions: [FieldConfigProperty.Min, FieldConfigProperty.Max],
    standardOptions: {
      // Only the base threshold: states color the rows unless a user sets thresholds.
      [FieldConfigProperty.Thresholds]: {
        defaultValue: { mode: ThresholdsMode.Absolute, steps: [{ value: -Infinity, color: 'text' }] },
      },
    },
  });

export const plugin = addSuggestions(panel);
