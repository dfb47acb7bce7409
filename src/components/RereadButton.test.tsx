import React from 'react';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { DataSource } from '../datasource';
import { RereadButton } from './RereadButton';

function renderButton(forgetCounts: () => Promise<void>) {
  const onDone = jest.fn();
  render(<RereadButton datasource={{ forgetCounts } as unknown as DataSource} onDone={onDone} />);
  return onDone;
}

test('drops the counts, then runs the query', async () => {
  const calls: string[] = [];
  const onDone = renderButton(async () => void calls.push('forget'));
  onDone.mockImplementation(() => calls.push('run'));
  await userEvent.click(screen.getByRole('button', { name: /Re-read counts/ }));
  expect(calls).toEqual(['forget', 'run']);
});

test('shows why counts could not be dropped', async () => {
  const onDone = renderButton(async () => {
    throw new Error('Only editors can drop counts');
  });
  await userEvent.click(screen.getByRole('button', { name: /Re-read counts/ }));
  expect(await screen.findByText('Only editors can drop counts')).toBeInTheDocument();
  expect(onDone).not.toHaveBeenCalled();
});
