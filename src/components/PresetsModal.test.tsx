import React from 'react';
import { fireEvent, render, screen, within } from '@testing-library/react';

import type { Preset } from '../resources';
import { testIds } from '../testIds';
import { answerResources, type Respond } from '../testing/backend';
import { PresetsModal } from './PresetsModal';

const ids = testIds.configEditor;

const availability = {
  name: 'istio-availability',
  description: 'requests without a 5xx',
  objective: 99.9,
  window: '30d',
  kind: 'events' as const,
  by: ['destination_workload'],
  ready: true,
  missing: [],
  lacking: ['destination_workload_namespace'],
  notes: [],
  catalog: 'slos:\n  - name: istio-availability\n',
};
const latency = {
  ...availability,
  name: 'istio-latency',
  kind: 'latency' as const,
  ready: false,
  missing: ['istio_request_duration_milliseconds'],
  lacking: [],
  catalog: '',
};
const grpc = { ...availability, name: 'istio-grpc', lacking: [], catalog: 'slos:\n  - name: istio-grpc\n' };
const istio: Preset = {
  name: 'istio',
  title: 'Istio',
  about: 'Requests of the mesh.',
  enable: 'Scrape the sidecars.',
  traps: [],
  docs: 'https://istio.io/',
  state: 'partial',
  metrics: ['istio_requests_total'],
  found: ['istio_requests_total'],
  slos: [availability, latency, grpc],
};
const vllm: Preset = {
  ...istio,
  name: 'vllm',
  title: 'vLLM',
  enable: 'On by default at /metrics.',
  state: 'absent',
  metrics: ['vllm:request_success_total', 'http_requests_total'],
  found: ['http_requests_total'],
  slos: [],
};

function open(respond: Respond, taken: string[] = []) {
  const sent = answerResources('burnline', respond);
  const onTake = jest.fn();
  render(<PresetsModal dataSourceUid="burnline" taken={taken} onTake={onTake} onDismiss={() => {}} />);
  return { sent, onTake };
}

it('offers what can be counted, and says of the rest what is missing', async () => {
  const { onTake } = open(() => ({ presets: [istio, vllm] }), ['istio-grpc']);
  const choices = await screen.findAllByTestId(ids.presetSLO);
  expect(choices.map((choice) => choice.textContent)).toEqual([
    'istio-availability99.9% over 30d: requests without a 5xx, by destination_workload. The series don’t have the label destination_workload_namespace.',
    'istio-latency99.9% over 30d: requests without a 5xx. Not found: istio_request_duration_milliseconds.',
    'istio-grpc99.9% over 30d: requests without a 5xx, by destination_workload. The catalog already has an SLO with this name.',
  ]);
  expect(screen.getByText('To turn on the rest: Scrape the sidecars.')).toBeInTheDocument();
  expect(screen.getByText('Not available (1)')).toBeInTheDocument();
  expect(screen.getByTestId(ids.presetsTake)).toBeDisabled();
  expect(screen.getByLabelText(/istio-latency/)).toBeDisabled();
  expect(screen.getByLabelText(/istio-grpc/)).toBeDisabled();

  fireEvent.click(screen.getByLabelText(/istio-availability/));
  fireEvent.click(screen.getByTestId(ids.presetsTake));
  expect(onTake).toHaveBeenCalledWith([availability.catalog]);
});

it('takes the objectives that the past would have kept', async () => {
  const promised = {
    ...availability,
    objective: 99.5,
    catalog: 'slos:\n  - name: istio-availability\n    objective: 99.5\n',
    suggestion: { objective: 99.5, kept: 9, groups: 10, problem: '' },
  };
  const silent = { ...grpc, suggestion: { objective: null, kept: 0, groups: 0, problem: 'no events in the window' } };
  const { sent, onTake } = open(({ path }) =>
    path === 'presets' ? { presets: [istio] } : { ...istio, slos: [promised, latency, silent] }
  );
  fireEvent.click(await screen.findByTestId(ids.presetSuggest));
  expect(await screen.findByText(/Suggested: 9 of 10 groups have kept 99.5%/)).toBeInTheDocument();
  expect(screen.getByText(/No objective suggested: no events in the window/)).toBeInTheDocument();
  expect(sent).toContainEqual({
    method: 'GET',
    path: 'presets/istio',
    params: { suggest: '1' },
    body: undefined,
  });
  fireEvent.click(screen.getByLabelText(/istio-availability/));
  fireEvent.click(screen.getByTestId(ids.presetsTake));
  expect(onTake).toHaveBeenCalledWith([promised.catalog]);
});

it('says of an unknown cluster what was looked for, and how to turn it on', async () => {
  open(() => ({ presets: [vllm] }));
  expect(await screen.findByTestId(ids.presetsNone)).toHaveTextContent(
    'None of the known metrics were found in the last hour'
  );
  const absent = within(screen.getByTestId(ids.preset));
  expect(absent.getByText('Looked for vllm:request_success_total, http_requests_total.')).toBeInTheDocument();
  expect(absent.getByText(/^Found http_requests_total, but/)).toBeInTheDocument();
  expect(absent.getByText('To turn it on: On by default at /metrics.')).toBeInTheDocument();
  expect(screen.getByTestId(ids.presetsTake)).toBeDisabled();
});

it('says why nothing could be asked', async () => {
  open(() => {
    throw new Error('the server is away');
  });
  expect(await screen.findByText('the server is away')).toBeInTheDocument();
});
