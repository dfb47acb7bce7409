import {
  DataFrame,
  FieldType,
  getFieldDisplayName,
  standardTransformers,
  standardTransformersRegistry,
  toDataFrame,
  transformDataFrame,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';

import fleet from './fleet.json';
import kubernetes from './kubernetes.json';

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

test.each([
  ['fleet', fleet],
  ['kubernetes', kubernetes],
])('%s counts the rows whose budget is spent', async (_, dashboard) => {
  expect(await exhausted(dashboard, [4, 3, 4, 1, 0, null])).toEqual([1, 0, 1, 0, 0]);
});

test.each([
  ['fleet', fleet],
  ['kubernetes', kubernetes],
])('%s counts nothing, and not 0, where no row has a state', async (_, dashboard) => {
  expect(await exhausted(dashboard, [])).toBeUndefined();
  expect(await exhausted(dashboard, [null, null])).toBeUndefined();
});
