import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';

import { thresholds } from './frame';
import { AnswerOf, DASHBOARD } from './query';

/** A dash without a color for a missing value. The color of the lowest threshold would mean ok. */
export const NOTHING: dashboard.ValueMapping[] = [
  {
    type: dashboard.MappingType.SpecialValue,
    options: { match: dashboard.SpecialValueMatch.Null, result: { text: '–', color: 'text' } },
  },
];

/** A number from the rows of another panel, so that both agree. */
export function countOf(panelId: number, title: string, description = ''): stat.PanelBuilder {
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

/**
 * Mappings of a count, whatever the mappings of its column: flags map 1 to the word yes. Grafana
 * puts mappings of an override before those of the data source, and uses the first that matches.
 */
const COUNT: dashboard.ValueMapping[] = [
  { type: dashboard.MappingType.RangeToText, options: { from: 0, to: 1e9, result: {} } },
  ...NOTHING,
];

/** Counts the rows with a firing alert, by severity. */
export function countFiring(panel: stat.PanelBuilder): stat.PanelBuilder {
  return panel
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['sum']).fields('/^Firing /'))
    .thresholds(thresholds('green', [1, 'red']))
    .textMode(common.BigValueTextMode.ValueAndName)
    .overrideByRegexp('/^Firing /', [{ id: 'mappings', value: COUNT }]);
}

/** The highest of the states, see docs/frames.md. */
const EXHAUSTED = 4;

/**
 * Counts the exhausted rows: the sum of floor(State / 4). Rows without a state are removed first,
 * as they would count 0. Without rows there is no column to add up.
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
