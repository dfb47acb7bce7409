import { InteractiveTable } from '@grafana/ui';
import { render, screen } from '@testing-library/react';
import React from 'react';

import { SLOTable } from './SLOTable';

jest.mock('@grafana/ui', () => {
  const ui = jest.requireActual('@grafana/ui');
  return { ...ui, InteractiveTable: jest.fn(ui.InteractiveTable) };
});

const slos = Array.from({ length: 500 }, (_, index) => ({
  name: `slo-${index}`,
  description: '',
  objective: 99.9,
  window: '30d',
  kind: 'events' as const,
  by: ['workload'],
}));

test('a key that is typed elsewhere does not render the table again', () => {
  const page = (typed: string, rows = slos) => (
    <>
      <input readOnly value={typed} />
      <SLOTable slos={rows} />
    </>
  );
  const { rerender } = render(page(''));
  expect(screen.getAllByRole('row')).toHaveLength(21);
  const table = jest.mocked(InteractiveTable);
  const before = table.mock.calls.length;
  rerender(page('s'));
  rerender(page('sl'));
  expect(table).toHaveBeenCalledTimes(before);
  rerender(page('sl', slos.slice(1)));
  expect(table.mock.calls.length).toBeGreaterThan(before);
});
