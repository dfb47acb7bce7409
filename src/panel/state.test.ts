import { Judgement, budgetTone, severityTone, stateRemark, stateTone, stateWord, urgency } from './state';

const ok: Judgement = { state: 'ok', firing: [], severities: ['page', 'slack'], coverage: 1 };
const page: Judgement = { ...ok, state: 'firing', firing: ['page', 'slack'] };
const slack: Judgement = { ...ok, state: 'firing', firing: ['slack'] };
const exhausted: Judgement = { ...ok, state: 'exhausted' };
const unmeasured: Judgement = { ...ok, state: 'unmeasured', severities: [] };

describe('stateWord', () => {
  it.each([
    [page, 'page'],
    [slack, 'slack'],
    [{ ...page, firing: [] }, 'firing'],
    [exhausted, 'exhausted'],
    [{ ...unmeasured, coverage: 0.629 }, '62% coverage'],
    [{ ...unmeasured, coverage: 0 }, 'unmeasured'],
    [{ ...unmeasured, coverage: null }, 'unmeasured'],
    [ok, 'ok'],
  ])('of %j is %s', (judgement, word) => {
    expect(stateWord(judgement)).toBe(word);
  });
});

describe('stateRemark', () => {
  it.each([
    [ok, undefined],
    [{ ...ok, coverage: 0.93 }, '93% coverage'],
    [{ ...ok, coverage: 0.999 }, undefined],
    [{ ...ok, coverage: null }, undefined],
    [{ ...exhausted, firing: ['page'] }, 'page fires'],
    [{ ...exhausted, firing: ['slack'], coverage: 0.5 }, 'slack fires · 50% coverage'],
    [page, undefined],
    [{ ...unmeasured, coverage: 0.5 }, undefined],
  ])('of %j is %s', (judgement, remark) => {
    expect(stateRemark(judgement)).toBe(remark);
  });
});

test('a page is critical, a lesser alert is not', () => {
  expect([page, slack, exhausted, { ...page, firing: [] }].map(stateTone)).toEqual([
    'critical',
    'serious',
    'critical',
    'critical',
  ]);
  expect(severityTone('wake', ['page'])).toBe('critical');
});

test.each([
  [-0.2, 'critical'],
  [0, 'critical'],
  [0.05, 'serious'],
  [0.1, 'ok'],
  [0.9, 'ok'],
  [null, 'muted'],
])('the bar of a budget of %p is %s', (budget, tone) => {
  expect(budgetTone(budget, 0.1)).toBe(tone);
});

test('urgency: worst first', () => {
  const worstFirst: Judgement[] = [
    { ...exhausted, firing: ['page'] },
    page,
    slack,
    { ...exhausted, firing: ['slack'] },
    exhausted,
    { ...ok, state: 'rising' },
    { ...ok, state: 'low' },
    { ...ok, state: 'recovering' },
    unmeasured,
    ok,
  ];
  const ranks = worstFirst.map(urgency);
  expect([...ranks].sort((a, b) => a - b)).toEqual(ranks);
  expect(urgency({ ...exhausted, firing: ['slack'] })).not.toBe(urgency(exhausted));
});
