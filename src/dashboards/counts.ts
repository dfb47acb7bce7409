import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';

import { thresholds } from './frame';
import { AnswerOf, DASHBOARD } from './query';

/** A dash without color for a missing value: the color of the lowest threshold would mean ok. */
export const NOTHING: dashboard.ValueMapping[] = [
  {
    type: dashboard.MappingType.SpecialValue,
    options: { match: dashboard.SpecialValueMatch.Null, result: { text: '–', color: 'text' } },
  },
];

/** A number over the rows that another panel shows, so that both agree. */
export function countOf(panelId: number, title: string, description: string): stat.PanelBuilder {
  return new stat.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DASHBOARD)
    .withTarget(new AnswerOf(panelId))
    .height(4)
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(common.BigValueColorMode.Value)
    .noValue('–')
    .mappings(NOTHING);
}

/** Counts the rows with a firing alert, by severity. Flags have words of their own, which a count must not get. */
export function countFiring(panel: stat.PanelBuilder): stat.PanelBuilder {
  return panel
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['sum']).fields('/^Firing /'))
    .thresholds(thresholds('green', [1, 'red']))
    .textMode(common.BigValueTextMode.ValueAndName)
    .overrideByRegexp('/^Firing /', [{ id: 'mappings', value: NOTHING }]);
}

/** The highest of the states, see docs/frames.md. */
const EXHAUSTED = 4;

/**
 * Counts the rows whose budget is spent: floor(State / 4), added up. Rows without a state are left out before: their sum is 0,
 * as if all were well. Without any row there is no column to add up.
 */
export function countExhausted(panel: stat.PanelBuilder): stat.PanelBuilder {
  return panel
    .withTransformation({
      id: 'filterByValue',
      options: {
        type: 'include',
        match: 'all',
        filters: [{ fieldName: 'State', config: { id: 'isNotNull', options: {} } }],
      },
    })
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
    .thresholds(thresholds('green', [1, 'red']))
    .decimals(0)
    .textMode(common.BigValueTextMode.Value);
}
