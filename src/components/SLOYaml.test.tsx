import { fireEvent, render, screen } from '@testing-library/react';
import React, { useState } from 'react';

import type { SLO } from '../types';
import { SLOYaml } from './SLOYaml';

// Monaco requires a real browser. Like Grafana's wrapper, this keeps its first handlers.
jest.mock('@grafana/ui', () => ({
  ...jest.requireActual('@grafana/ui'),
  CodeEditor: function CodeEditor(props: { value: string; onChange: (text: string) => void; onBlur: () => void }) {
    const [first] = jest.requireActual('react').useState(props);
    return (
      <textarea
        aria-label="yaml"
        defaultValue={props.value}
        onChange={(event) => first.onChange(event.currentTarget.value)}
        onBlur={() => first.onBlur()}
      />
    );
  },
}));

const slo = { name: 'a', objective: 99.9, window: '30d', sli: { events: { total: 'a_total', bad: 'b_total' } } } as SLO;

function edit() {
  const state = { slo, left: [] as string[] };
  function Page() {
    const [value, setValue] = useState(slo);
    state.slo = value;
    return <SLOYaml slo={value} onChange={setValue} onLeave={() => state.left.push(value.name)} />;
  }
  render(<Page />);
  return { state, field: screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'yaml' }) };
}

const write = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });

it('shows the SLO as an entry of the catalog', () => {
  const { field } = edit();
  expect(field.value).toBe(
    [
      'name: a',
      'objective: 99.9',
      'window: 30d',
      'sli:',
      '  events:',
      '    total: a_total',
      '    bad: b_total',
      '',
    ].join('\n')
  );
});

it('gives the SLO that is written, also as the only entry of a list, and runs the newest one', () => {
  const { state, field } = edit();
  write(field, '- name: 404\n  objective: 99\n  window: month\n  from: 2026-01-02\n  sli: {probe: {gauge: up}}');
  expect(state.slo).toEqual({
    name: '404',
    objective: 99,
    window: 'month',
    from: '2026-01-02',
    sli: { probe: { gauge: 'up' } },
  });
  fireEvent.blur(field);
  expect(state.left).toEqual(['404']);
});

it.each([
  ['name: [', /unexpected end|end of the stream|flow/i],
  ['- name: a\n- name: b', 'Write one SLO with name, objective, window and sli.'],
  ['name: a\nobjective: 99', 'Write one SLO with name, objective, window and sli.'],
  ['', 'Write one SLO with name, objective, window and sli.'],
])('keeps the last SLO while the text is none, and names the reason: %j', (text, reason) => {
  const { state, field } = edit();
  write(field, text);
  expect(screen.getByText(reason)).toBeInTheDocument();
  expect(state.slo).toBe(slo);
  write(field, 'name: c\nsli: {probe: {gauge: up}}');
  expect(state.slo.name).toBe('c');
  expect(screen.queryByText(reason)).not.toBeInTheDocument();
});
