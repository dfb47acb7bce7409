import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';

import { thresholds } from './frame';

/** A dash in no colour where there is no value: the colour of the lowest threshold would say that all is well. */
export const NOTHING: dashboard.ValueMapping[] = [
  {
    type: dashboard.MappingType.SpecialValue,
    options: { match: dashboard.SpecialValueMatch.Null, result: { text: '–', color: 'text' } },
  },
];

/** The highest of the states, see docs/frames.md. */
const EXHAUSTED = 4;

/**
 * Counts the rows whose budget is spent: floor(State / 4), added up. Filtering and counting what is left would say 0 where there
 * is no row at all, as if all were well.
 */
export function countExhausted(panel: stat.PanelBuilder): stat.PanelBuilder {
  return panel
    .withTransformation({
      id: 'calculateField',
      options: {
        alias: 'Part',
        mode: 'binary',
        binary: {
          left: { matcher: { id: 'byName', options: 'State' } },
          operator: '/',
          right: { fixed: String(EXHAUSTED) },
        },
      },
    })
    .withTransformation({
      id: 'calculateField',
      options: { alias: 'Exhausted', mode: 'unary', unary: { operator: 'floor', fieldName: 'Part' } },
    })
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['sum']).fields('/^Exhausted$/'))
    .thresholds(thresholds('green', [1, 'orange']))
    .decimals(0)
    .textMode(common.BigValueTextMode.Value);
}
