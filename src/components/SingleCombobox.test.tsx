import React from 'react';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { layOutElements } from '../testing/layout';
import { SingleCombobox } from './SingleCombobox';
import { suggestions } from './suggestions';

beforeEach(layOutElements);

describe('a combobox', () => {
  it('does not take the line that says why there are no suggestions for a value', async () => {
    const onChange = jest.fn();
    const options = () =>
      suggestions(() => Promise.reject(new Error('Prometheus does not answer')), [{ value: '${ns}' }]);
    render(<SingleCombobox aria-label="Value" options={options} value={null} onChange={onChange} createCustomValue />);

    await userEvent.click(screen.getByRole('combobox'));
    await screen.findByText('No suggestions');
    await userEvent.keyboard('{End}{Enter}');
    expect(onChange).not.toHaveBeenCalled();

    await userEvent.click(screen.getByRole('combobox'));
    await userEvent.click(await screen.findByText('${ns}'));
    expect(onChange).toHaveBeenCalledWith(expect.objectContaining({ value: '${ns}' }));
  });

  it.each([
    ['a value', 'events'],
    ['an option as its value', { value: 'events', label: 'Events' }],
  ])('keeps what is typed when its options are made anew, with %s', async (_, value) => {
    const field = () => (
      <SingleCombobox
        aria-label="Kind"
        options={[
          { value: 'events', label: 'Events' },
          { value: 'latency', label: 'Latency' },
        ]}
        value={typeof value === 'string' ? value : { ...value }}
        onChange={onChange}
      />
    );
    const onChange = jest.fn();
    const { rerender } = render(field());
    await userEvent.click(screen.getByRole('combobox'));
    await userEvent.keyboard('Lat');
    rerender(field());
    rerender(field());
    expect(screen.getByRole('combobox')).toHaveValue('Lat');
    await userEvent.keyboard('{Enter}');
    expect(onChange).toHaveBeenCalledWith(expect.objectContaining({ value: 'latency' }));
  });
});
