import {
  applyFieldOverrides,
  createTheme,
  DataFrame,
  FieldConfigOptionsRegistry,
  FieldConfigPropertyItem,
  FieldType,
  formattedValueToString,
  getFieldDisplayName,
  getFieldDisplayValues,
  MappingType,
  Registry,
  standardTransformers,
  standardTransformersRegistry,
  toDataFrame,
  transformDataFrame,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';

import fleet from './fleet.json';

const { calculateFieldTransformer, filterByValueTransformer } = standardTransformers;
standardTransformersRegistry.setInit(() =>
  [calculateFieldTransformer, filterByValueTransformer].map((transformation) => ({
    ...transformation,
    transformation,
    editor: () => null,
    imageDark: '',
    imageLight: '',
  }))
);

async function exhausted(dashboard: { panels: object[] }, states: Array<number | null>): Promise<number[] | undefined> {
  const panel = dashboard.panels.find((p) => 'title' in p && p.title === 'Exhausted');
  const frame: DataFrame = toDataFrame({
    name: 'summary',
    fields: [{ name: 'state', type: FieldType.number, config: { displayName: 'State' }, values: states }],
  });
  const transformations = (panel as { transformations: Array<{ id: string; options: object }> }).transformations;
  const [made] = await lastValueFrom(transformDataFrame(transformations, [frame]));
  return made.fields.find((f) => getFieldDisplayName(f, made) === 'Exhausted')?.values;
}

test('the fleet counts the rows with a spent budget', async () => {
  expect(await exhausted(fleet, [4, 3, 4, 1, 0, null])).toEqual([1, 0, 1, 0, 0]);
});

test('the fleet counts nothing, and not 0, where no row has a state', async () => {
  expect(await exhausted(fleet, [])).toBeUndefined();
  expect(await exhausted(fleet, [null, null])).toBeUndefined();
});

/** Of the standard options, only mappings. Grafana itself has the others. */
const mappingsOnly: FieldConfigOptionsRegistry = new Registry<FieldConfigPropertyItem>(() => [
  {
    id: 'mappings',
    path: 'mappings',
    name: 'Value mappings',
    settings: {},
    editor: () => null,
    override: () => null,
    process: (value) => value,
    shouldApply: () => true,
  },
]);

/** The texts of the stat "Firing alerts". Its columns have the words of flags. */
function firing(dashboard: { panels: object[] }, values: Array<number | null>): string[] {
  const panel = dashboard.panels.find((p) => 'title' in p && p.title === 'Firing alerts') as any;
  const words = [{ type: MappingType.ValueToText, options: { '0': { text: 'no' }, '1': { text: 'yes' } } }];
  const frame = toDataFrame({
    fields: [
      {
        name: 'firing_page',
        type: FieldType.number,
        config: { displayNameFromDS: 'Firing page', mappings: words },
        values,
      },
    ],
  });
  const shared = { fieldConfig: panel.fieldConfig, replaceVariables: (text: string) => text, theme: createTheme() };
  const data = applyFieldOverrides({ ...shared, data: [frame], fieldConfigRegistry: mappingsOnly });
  return getFieldDisplayValues({ ...shared, reduceOptions: panel.options.reduceOptions, data }).map(({ display }) =>
    formattedValueToString(display)
  );
}

test('the fleet shows the number of firing alerts, not the word of a flag', () => {
  expect(firing(fleet, [1, 0, 0])).toEqual(['1']);
  expect(firing(fleet, [0, 0])).toEqual(['0']);
  expect(firing(fleet, [1, 1, null])).toEqual(['2']);
});
