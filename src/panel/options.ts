import { PanelOptionsEditorBuilder, SelectableValue } from '@grafana/data';

import { DEFAULT_COLUMNS, columnChoices } from './columns';
import { t } from './i18n';
import { PanelOptions } from './types';

export function addOptions(builder: PanelOptionsEditorBuilder<PanelOptions>) {
  builder
    .addBooleanSwitch({
      path: 'groupByNamespace',
      name: t('option.group', 'Group by namespace'),
      description: t('option.group-explained', 'A heading for each namespace, if the rows have that label'),
      defaultValue: true,
    })
    .addMultiSelect({
      path: 'columns',
      name: t('option.columns', 'Columns'),
      description: t(
        'option.columns-explained',
        'State and workload are always visible. Some columns are hidden in narrow panels.'
      ),
      settings: { options: columnChoices().map((choice): SelectableValue => choice) },
      defaultValue: DEFAULT_COLUMNS,
    })
    .addRadio({
      path: 'density',
      name: t('option.density', 'Density'),
      settings: {
        options: [
          { value: 'comfortable', label: t('option.comfortable', 'Comfortable') },
          { value: 'compact', label: t('option.compact', 'Compact') },
        ],
      },
      defaultValue: 'comfortable',
    })
    .addBooleanSwitch({
      path: 'showFilter',
      name: t('option.filter', 'Filter'),
      description: t('option.filter-explained', 'A field above the table to filter rows by text'),
      defaultValue: true,
    });
}
