import { PanelOptionsEditorBuilder, SelectableValue } from '@grafana/data';

import { DEFAULT_COLUMNS, columnChoices } from './columns';
import { t } from './i18n';
import { LOW_BUDGET } from './rows';
import { PanelOptions } from './types';

export function addOptions(builder: PanelOptionsEditorBuilder<PanelOptions>) {
  builder
    .addBooleanSwitch({
      path: 'groupByNamespace',
      name: t('option.group', 'Group by namespace'),
      description: t(
        'option.group-explained',
        'Rows that need attention come first, then a heading for each namespace'
      ),
      defaultValue: false,
    })
    .addNumberInput({
      path: 'lowBudget',
      name: t('option.low', 'Low budget'),
      description: t('option.low-explained', 'Percentage below which a remaining budget is low'),
      settings: { min: 0, max: 100 },
      defaultValue: 100 * LOW_BUDGET,
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
