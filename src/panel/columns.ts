import { t } from './i18n';
import { BurnPair, pairKey } from './pairs';

export type ColumnChoice =
  'budget' | 'burn' | 'forecast' | 'p95' | 'throughput' | 'trend' | 'sli' | 'events' | 'coverage';

/** The columns that the panel's options know; `burn` stands for one column per window pair. */
export function columnChoices(): Array<{ value: ColumnChoice; label: string }> {
  return [
    { value: 'budget', label: t('column.budget', 'Error budget') },
    { value: 'burn', label: t('column.burn', 'Burn rates') },
    { value: 'forecast', label: t('column.forecast', 'Exhausted in') },
    { value: 'p95', label: t('column.p95', 'p95 / target') },
    { value: 'throughput', label: t('column.throughput', 'Throughput') },
    { value: 'trend', label: t('column.trend', '24 h') },
    { value: 'sli', label: t('column.sli', 'SLI / objective') },
    { value: 'events', label: t('column.events', 'Bad / all events') },
    { value: 'coverage', label: t('column.coverage', 'Coverage') },
  ];
}

export const DEFAULT_COLUMNS: ColumnChoice[] = ['budget', 'burn', 'forecast', 'p95', 'throughput', 'trend'];

export type ColumnKind = 'state' | 'workload' | ColumnChoice;

export interface Column {
  /** The kind, for burn columns with the windows: "burn 1h|5m". */
  id: string;
  kind: ColumnKind;
  label: string;
  /** Numbers line up on the right. */
  numeric: boolean;
  /** The window pair of a burn column. */
  pair?: BurnPair;
  /** Width in pixels as laid out. */
  width: number;
}

/** How a column behaves in little room; widths in pixels. */
interface Room {
  min: number;
  /** Its share of the room that is left over. */
  grow: number;
  /** Columns of the highest rank leave first; those of rank 0 stay. */
  rank: number;
}

const ROOM: Record<ColumnKind, Room> = {
  state: { min: 164, grow: 0, rank: 0 },
  workload: { min: 146, grow: 4, rank: 0 },
  budget: { min: 190, grow: 4, rank: 0 },
  burn: { min: 144, grow: 0, rank: 2 },
  forecast: { min: 120, grow: 1, rank: 1 },
  p95: { min: 112, grow: 1, rank: 3 },
  throughput: { min: 112, grow: 1, rank: 4 },
  trend: { min: 110, grow: 3, rank: 9 },
  sli: { min: 112, grow: 1, rank: 6 },
  events: { min: 124, grow: 1, rank: 7 },
  coverage: { min: 96, grow: 1, rank: 8 },
};

/** Of several burn columns only the first one, the fastest to tell, stays as long as `burn` does. */
const LATER_BURN_RANK = 5;

/** Below this width of the table the state is only its shape and the budget only a number over its bar. */
export const NARROW = 500;

const NARROW_MIN: Partial<Record<ColumnKind, number>> = { state: 56, workload: 96, budget: 104 };

/** The columns to show, in order, that fit the width (pixels) of the table; lesser ones leave first. */
export function layOut(chosen: ColumnChoice[], pairs: BurnPair[], width: number): Column[] {
  const narrow = width < NARROW;
  let columns = allColumns(chosen, pairs).map((column) => ({
    ...column,
    min: (narrow && NARROW_MIN[column.kind]) || ROOM[column.kind].min,
  }));
  const needed = () => columns.reduce((sum, { min }) => sum + min, 0);
  while (needed() > width) {
    const rank = Math.max(...columns.map((column) => column.rank));
    if (rank === 0) {
      break;
    }
    const last = columns.map((column) => column.rank).lastIndexOf(rank);
    columns = columns.filter((_, index) => index !== last);
  }
  const spare = Math.max(0, width - needed());
  const shares = columns.reduce((sum, { kind }) => sum + ROOM[kind].grow, 0) || 1;
  return columns.map(({ id, kind, label, numeric, pair, min }) => ({
    id,
    kind,
    label,
    numeric,
    pair,
    width: min + (spare * ROOM[kind].grow) / shares,
  }));
}

type Candidate = Omit<Column, 'width'> & { rank: number };

function allColumns(chosen: ColumnChoice[], pairs: BurnPair[]): Candidate[] {
  const fixed: Candidate[] = [
    { id: 'state', kind: 'state', label: t('column.state', 'State'), numeric: false, rank: ROOM.state.rank },
    {
      id: 'workload',
      kind: 'workload',
      label: t('column.workload', 'Workload'),
      numeric: false,
      rank: ROOM.workload.rank,
    },
  ];
  const optional = columnChoices()
    .filter(({ value }) => chosen.includes(value))
    .flatMap(({ value, label }) => (value === 'burn' ? burnColumns(pairs) : [plainColumn(value, label)]));
  return [...fixed, ...optional];
}

function plainColumn(kind: ColumnKind, label: string): Candidate {
  return { id: kind, kind, label, numeric: kind !== 'budget' && kind !== 'trend', rank: ROOM[kind].rank };
}

function burnColumns(pairs: BurnPair[]): Candidate[] {
  return pairs.map((pair, index) => ({
    id: `burn ${pairKey(pair)}`,
    kind: 'burn',
    label: t('column.burn-pair', 'Burn {{long}} | {{short}}', { long: pair.long, short: pair.short }),
    numeric: false,
    pair,
    rank: index === 0 ? ROOM.burn.rank : LATER_BURN_RANK,
  }));
}
