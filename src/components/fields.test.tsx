import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import type { DataSource } from '../datasource';
import { SelectorField } from './SelectorField';
import { TopField } from './queryFields';

function Selector() {
  const [value, setValue] = useState('sum(a_total)');
  return (
    <SelectorField
      path="sli.events.total"
      label="Total"
      placeholder=""
      value={value}
      problems={[]}
      testId="total"
      datasource={{} as DataSource}
      onChange={setValue}
      onChangeAndRun={setValue}
      onBlur={() => undefined}
    />
  );
}

it('text that becomes a plain selector while it is written stays a text field', async () => {
  render(<Selector />);
  const field = screen.getByRole('textbox', { name: 'Total' });
  await userEvent.clear(field);
  await userEvent.type(field, 'b_total');
  expect(screen.getByRole('textbox', { name: 'Total' })).toBe(field);
  expect(field).toHaveValue('b_total');
  expect(field).toHaveFocus();
});

it('a limit that is left unchanged runs nothing, and a changed one once', async () => {
  const changes: Array<number | undefined> = [];
  render(<TopField label="Limit" width={12} placeholder="20" value={5} onChange={(value) => changes.push(value)} />);
  const field = screen.getByRole('spinbutton', { name: 'Limit' });
  await userEvent.click(field);
  await userEvent.tab();
  expect(changes).toEqual([]);
  await userEvent.clear(field);
  await userEvent.type(field, '7');
  await userEvent.tab();
  expect(changes).toEqual([7]);
});
