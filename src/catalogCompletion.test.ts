import { readFileSync } from 'fs';
import { join } from 'path';

import { suggestionsAt, type Schema } from './catalogCompletion';

const schema: Schema = JSON.parse(readFileSync(join(__dirname, '../pkg/catalog/schema.json'), 'utf8'));
const labels = (before: string) => suggestionsAt(schema, before).map(({ label }) => label);

describe('completion in the catalog', () => {
  it.each<[string, string, string[]]>([
    ['the top', '', ['apiVersion', 'policies', 'slos']],
    ['what is missing at the top', 'slos:\n  - name: a\np', ['apiVersion', 'policies']],
    [
      'a new SLO',
      'slos:\n  - ',
      [
        'name',
        'objective',
        'window',
        'sli',
        'description',
        'by',
        'policy',
        'p95',
        'missing',
        'noTraffic',
        'lowTraffic',
        'exclude',
        'labels',
        'runbook',
        'identity',
      ],
    ],
    [
      'a list that is not indented',
      'slos:\n- n',
      [
        'name',
        'objective',
        'window',
        'sli',
        'description',
        'by',
        'policy',
        'p95',
        'missing',
        'noTraffic',
        'lowTraffic',
        'exclude',
        'labels',
        'runbook',
        'identity',
      ],
    ],
    [
      'kinds of SLI',
      'slos:\n  - name: a\n    sli:\n      ',
      ['events', 'latency', 'quantile', 'throughput', 'ratio', 'timeslice', 'probe', 'recorded', 'composite'],
    ],
    [
      'what is left of a kind',
      'slos:\n  - name: a\n    sli:\n      events:\n        total: x\n        ',
      ['bad', 'good', 'counting'],
    ],
    [
      'a member',
      'slos:\n  - name: a\n    sli:\n      composite:\n        of:\n          - slo: b\n            ',
      ['weight'],
    ],
    ['an alert of a policy', 'policies:\n  mine:\n    - severity: page\n      ', ['percent', 'long', 'short']],
    ['a calendar', 'slos:\n  - window:\n      ', ['calendar', 'timezone', 'start']],
    ['choices', 'slos:\n  - missing: ', ['unmeasured', 'bad', 'good']],
    [
      'examples',
      'slos:\n  - name: a\n    window: ',
      ['30d', '{calendar: month, timezone: Europe/Berlin}', '28d', '7d'],
    ],
    ['numbers', 'slos:\n  - objective: 9', ['99.9', '99.5', '99', '95']],
    ['nothing in a comment', 'slos: # ', []],
    ['nothing in a value', 'slos:\n  - name: a\n    description: some words ', []],
  ])('offers %s', (_, before, want) => expect(labels(before)).toEqual(want));

  it('knows the SLO again after its SLI', () => {
    const before =
      'slos:\n  - name: a\n    objective: 99\n    sli:\n      events:\n        total: x\n        bad: y\n    ';
    expect(labels(before)).toEqual([
      'window',
      'description',
      'by',
      'policy',
      'p95',
      'missing',
      'noTraffic',
      'lowTraffic',
      'exclude',
      'labels',
      'runbook',
      'identity',
    ]);
  });

  it('writes values as YAML', () => {
    const insert = (before: string) => suggestionsAt(schema, before).map(({ insert }) => insert);
    expect(insert('slos:\n  - sli:\n      timeslice:\n        op: ')).toEqual([
      "'<'",
      "'<='",
      "'>'",
      "'>='",
      "'=='",
      "'!='",
    ]);
    expect(insert('slos:\n  - sli:\n      events:\n        total: ')).toEqual([
      `'http_requests_total{job="checkout"}'`,
    ]);
    expect(insert('slos:\n  - by: ')).toEqual(['[namespace, workload]']);
    expect(suggestionsAt(schema, 'slos:\n  - sl')[3]).toMatchObject({ label: 'sli', insert: 'sli:' });
  });
});
