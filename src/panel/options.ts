import { PanelOptionsEditorBuilder, SelectableValue } from '@grafana/data';

import { COLUMN_CHOICES, DEFAULT_COLUMNS } from './columns';
import { PanelOptions } from './types';

export function addOptions(builder: PanelOptionsEditorBuilder<PanelOptions>) {
  builder
    .addBooleanSwitch({
      path: 'groupByNamespace',
      name: 'Group by namespace',
      description: 'A heading for each namespace, where the rows have that label',
      defaultValue: true,
    })
    .addMultiSelect({
      path: 'columns',
      name: 'Columns',
      description: 'State and workload always show; in a narrow panel the lesser columns give way',
      settings: { options: COLUMN_CHOICES.map((choice): SelectableValue => choice) },
      defaultValue: DEFAULT_COLUMNS,
    })
    .addRadio({
      path: 'density',
      name: 'Density',
      settings: {
        options: [
          { value: 'comfortable', label: 'Comfortable' },
          { value: 'compact', label: 'Compact' },
        ],
      },
      defaultValue: 'comfortable',
    })
    .addBooleanSwitch({
      path: 'showFilter',
      name: 'Filter',
      description: 'A field over the table to filter it by words',
      defaultValue: true,
    });
}
