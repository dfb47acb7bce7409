import { Column } from './columns';
import { nearestBurn } from './nearestBurn';
import { WorkloadRow } from './rows';
import { State, urgency } from './state';
import { trendChange } from './trends';

export interface Order {
  /** The kind of the column. */
  column: string;
  /**
   * The natural order of a column is the most urgent first: least budget, greatest burn rate,
   * soonest exhaustion.
   */
  reversed: boolean;
}

export const WORST_FIRST: Order = { column: 'state', reversed: false };

/** The order after a click on the column's header: natural, then reversed, then natural again. */
export function nextOrder(order: Order, column: string): Order {
  return { column, reversed: order.column === column && !order.reversed };
}

/** The direction of the sort for `aria-sort`. */
export function ariaSort(order: Order, column: Column): 'ascending' | 'descending' | 'none' {
  if (order.column !== column.kind) {
    return 'none';
  }
  return ASCENDS[column.kind] === order.reversed ? 'descending' : 'ascending';
}

/**
 * A sorted copy. Rows without a value come last in both directions. Equal rows are in "worst first"
 * order.
 */
export function sortRows(rows: WorkloadRow[], order: Order, column: Column | undefined): WorkloadRow[] {
  const keyed = rows.map((row) => ({ row, value: column ? sortValue(row, column) : null, rank: urgency(row) }));
  const sign = order.reversed ? -1 : 1;
  return keyed
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        return Number(a.value === null) - Number(b.value === null) || compareWorst(a, b);
      }
      return sign * compare(a.value, b.value) || compareWorst(a, b);
    })
    .map(({ row }) => row);
}

export interface Group {
  namespace: string;
  /** Not a namespace, but all rows that need attention. */
  pinned?: boolean;
  rows: WorkloadRow[];
}

/** The key of the pinned group among namespaces. No namespace has this name. */
const PINNED = '!';

const CALM: State[] = ['ok', 'recovering', 'unmeasured'];

/**
 * First the rows that need attention, of all namespaces. Then the others by namespace, in the order
 * of their first rows.
 */
export function groupRows(rows: WorkloadRow[]): Group[] {
  const groups = new Map<string, WorkloadRow[]>();
  const attention = rows.filter(({ state }) => !CALM.includes(state));
  for (const row of rows.filter(({ state }) => CALM.includes(state))) {
    const namespace = row.namespace ?? '';
    const group = groups.get(namespace);
    if (group) {
      group.push(row);
    } else {
      groups.set(namespace, [row]);
    }
  }
  const pinned: Group[] = attention.length > 0 ? [{ namespace: PINNED, pinned: true, rows: attention }] : [];
  return [...pinned, ...[...groups].map(([namespace, members]) => ({ namespace, rows: members }))];
}

/** Whether the natural order of a column is ascending. */
const ASCENDS: Record<Column['kind'], boolean> = {
  state: false,
  workload: true,
  budget: true,
  burn: false,
  forecast: true,
  p95: false,
  throughput: false,
  trend: true,
  sli: true,
  events: false,
  coverage: true,
};

/** The sort key of a row: the natural order is ascending, and null comes last. */
function sortValue(row: WorkloadRow, column: Column): number | string | null {
  switch (column.kind) {
    case 'state':
      return urgency(row);
    case 'workload':
      return row.name;
    case 'budget':
      return row.budget;
    case 'burn':
      return negated(closeness(row));
    case 'forecast':
      return row.budget === null ? null : (row.exhaustedIn ?? Infinity);
    case 'p95':
      return negated(row.p95 !== null && row.p95Target ? row.p95 / row.p95Target : null);
    case 'throughput':
      return negated(row.throughput);
    case 'trend':
      return trendChange(row.trend);
    case 'sli':
      return row.sli !== null && row.objective !== null ? row.sli - row.objective : row.sli;
    case 'events':
      return negated(row.bad);
    case 'coverage':
      return row.coverage;
  }
}

/** The burn rate as a multiple of its threshold. */
function closeness(row: WorkloadRow): number | null {
  const nearest = nearestBurn(row);
  return nearest ? nearest.rate / nearest.burn.factor! : null;
}

function negated(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : -value;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'string' || typeof b === 'string') {
    return collator.compare(String(a), String(b));
  }
  return a === b ? 0 : a < b ? -1 : 1;
}

/** `rank` is the urgency of a row. */
interface Ranked {
  row: WorkloadRow;
  rank: number;
}

function compareWorst({ row: a, rank }: Ranked, { row: b, rank: other }: Ranked): number {
  return (
    compare(rank, other) ||
    compare(a.budget ?? Infinity, b.budget ?? Infinity) ||
    compare(a.name, b.name) ||
    compare(a.key, b.key)
  );
}
