import { Column, layOut } from './columns';
import { Order, WORST_FIRST, ariaSort, groupRows, nextOrder, sortRows } from './order';
import { readWorkloads } from './rows';
import { Row, catalog, checkout, embeddings, payments, throughputFrame, workloadsFrame } from './testing/frames';

const ROWS: Row[] = [catalog, embeddings, payments, checkout];
const TRENDS = [
  throughputFrame({ namespace: 'shop', workload: 'catalog' }, [100, 110]),
  throughputFrame({ namespace: 'shop', workload: 'checkout' }, [200, 50]),
];

function workloads(rows = ROWS) {
  return readWorkloads([workloadsFrame(rows), ...TRENDS]);
}

function column(id: string): Column {
  const columns = layOut(['budget', 'burn', 'forecast', 'p95', 'throughput', 'trend'], 3000);
  return columns.find((each) => each.kind === id)!;
}

function names(order: Order, rows = ROWS): string[] {
  return sortRows(workloads(rows).rows, order, column(order.column)).map(({ name }) => name);
}

describe('sortRows', () => {
  it('puts first what needs help most', () => {
    expect(names(WORST_FIRST)).toEqual(['checkout', 'payments', 'embeddings', 'catalog']);
  });

  it.each([
    ['workload', ['catalog', 'checkout', 'embeddings', 'payments']],
    ['budget', ['payments', 'checkout', 'embeddings', 'catalog']],
    ['burn', ['checkout', 'payments', 'embeddings', 'catalog']],
    ['forecast', ['payments', 'checkout', 'embeddings', 'catalog']],
    ['p95', ['checkout', 'payments', 'embeddings', 'catalog']],
    ['throughput', ['catalog', 'embeddings', 'checkout', 'payments']],
    ['trend', ['checkout', 'catalog', 'payments', 'embeddings']],
  ])('sorts by %s, ties worst first', (id, expected) => {
    expect(names({ column: id, reversed: false })).toEqual(expected);
  });

  it('turns round without moving what was not measured from the end', () => {
    const rows = [{ ...catalog, budget: null, workload: 'lost' }, ...ROWS];
    expect(names({ column: 'budget', reversed: true }, rows)).toEqual([
      'embeddings',
      'catalog',
      'checkout',
      'payments',
      'lost',
    ]);
  });

  it('counts like a person in names', () => {
    const rows = ['web-10', 'web-9'].map((workload) => ({ ...catalog, workload }));
    expect(names({ column: 'workload', reversed: false }, rows)).toEqual(['web-9', 'web-10']);
  });

  it('leaves the rows that it was given alone', () => {
    const { rows } = workloads();
    sortRows(rows, WORST_FIRST, column('state'));
    expect(rows.map(({ name }) => name)).toEqual(['catalog', 'embeddings', 'payments', 'checkout']);
  });
});

test('a second click turns the order round, a third one back', () => {
  const first = nextOrder(WORST_FIRST, 'budget');
  const second = nextOrder(first, 'budget');
  expect([first, second, nextOrder(second, 'budget')]).toEqual([
    { column: 'budget', reversed: false },
    { column: 'budget', reversed: true },
    { column: 'budget', reversed: false },
  ]);
});

test.each([
  ['budget', 'ascending', 'descending'],
  ['throughput', 'descending', 'ascending'],
  ['state', 'descending', 'ascending'],
])('aria-sort of %s tells which way the values go', (id, natural, reversed) => {
  expect(ariaSort({ column: id, reversed: false }, column(id))).toBe(natural);
  expect(ariaSort({ column: id, reversed: true }, column(id))).toBe(reversed);
  expect(ariaSort({ column: 'workload', reversed: false }, column(id))).toBe('none');
});

test('groupRows has what needs attention first, then groups in the order of their first rows', () => {
  const { rows } = workloads([checkout, embeddings, catalog, { ...catalog, workload: 'search' }]);
  const groups = groupRows(rows).map(({ namespace, rows: members }) => [namespace, members.map(({ name }) => name)]);
  expect(groups).toEqual([
    ['!', ['checkout']],
    ['inference', ['embeddings']],
    ['shop', ['catalog', 'search']],
  ]);
});
