import { Column } from './columns';
import { t } from './i18n';
import { nearestBurn } from './nearestBurn';
import { readBudget, readBurn } from './readings';
import { WorkloadRow } from './rows';

/** The number behind the color of a row, if the column that shows it is not visible: "26× of 7.2×". */
export function hiddenReason(row: WorkloadRow, columns: Array<Pick<Column, 'kind'>>): string | undefined {
  const shows = (kind: Column['kind']) => columns.some((column) => column.kind === kind);
  switch (row.state) {
    case 'firing':
    case 'rising':
      return shows('burn') ? undefined : burnText(row);
    case 'exhausted':
    case 'low':
      return shows('budget') ? undefined : t('reason.budget', '{{budget}} left', { budget: readBudget(row).text });
    default:
      return undefined;
  }
}

/** The burn rate nearest to its threshold, of the threshold. */
export function burnText(row: WorkloadRow, nearest = nearestBurn(row)): string | undefined {
  return (
    nearest &&
    t('burn.of', '{{rate}} of {{threshold}}', {
      rate: readBurn(row, nearest.rate),
      threshold: readBurn(row, nearest.burn.factor),
    })
  );
}
