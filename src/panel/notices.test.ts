import { readNotices } from './notices';
import { workloadsFrame } from './testing/frames';

test('every notice once, gravest first', () => {
  const partial = { severity: 'warning', text: 'measured for 62 %' } as const;
  const lost = { severity: 'error', text: 'a store did not answer' } as const;
  const hint = { severity: 'info', text: 'no samples before 4 Nov' } as const;
  const frames = [
    workloadsFrame([], { meta: { notices: [hint, partial] } }),
    workloadsFrame([], { meta: { notices: [partial, lost] } }),
    workloadsFrame([]),
  ];
  expect(readNotices(frames).map(({ severity, text }) => ({ severity, text }))).toEqual([lost, partial, hint]);
});

test('SLOs with the same notice have it once, with their number', () => {
  const severity = 'warning' as const;
  const texts = Array.from(
    { length: 150 },
    (_, index) => `SLO slo-${index}: no series for a_total{w=~"s-${index}-.+"}`
  );
  const other = 'SLO slo-1: no p95: timeout';
  const notices = [...texts, texts[0], other].map((text) => ({ severity, text }));
  const [many, one, ...none] = readNotices([workloadsFrame([], { meta: { notices } })]);
  expect(many.text).toBe(`${texts[0]} (and 149 similar notices)`);
  expect(many.texts).toEqual(texts);
  expect(one.texts).toEqual([other]);
  expect(none).toEqual([]);
});
