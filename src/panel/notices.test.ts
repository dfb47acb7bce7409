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
  expect(readNotices(frames)).toEqual([lost, partial, hint]);
});
