import { identityOverrideProcessor, standardEditorsRegistry, standardFieldConfigEditorRegistry } from '@grafana/data';

import { plugin } from './module';

beforeAll(() => {
  const editor = () => null;
  standardEditorsRegistry.setInit(() =>
    ['boolean', 'number', 'multi-select', 'radio'].map((id) => ({ id, name: id, editor }))
  );
  const process = identityOverrideProcessor;
  standardFieldConfigEditorRegistry.setInit(() =>
    ['unit', 'min', 'links', 'thresholds'].map((id) => ({
      ...{ id, path: id, name: id, description: id, editor, override: editor, process },
      shouldApply: () => true,
      getItemsCount: () => 0,
    }))
  );
});

test('starts with the worst row of all, and the columns that show who needs help', () => {
  expect(plugin.defaults).toEqual({
    groupByNamespace: false,
    lowBudget: 10,
    columns: ['budget', 'burn', 'forecast', 'p95', 'throughput', 'trend'],
    density: 'comfortable',
    showFilter: true,
  });
});

test('has no thresholds but the base, so that states colour the rows', () => {
  expect(plugin.fieldConfigDefaults.defaults.thresholds?.steps).toHaveLength(1);
});

test('offers the field options that the panel heeds', () => {
  expect(plugin.fieldConfigRegistry.list().map(({ id }) => id)).toEqual(['unit', 'links', 'thresholds']);
});
