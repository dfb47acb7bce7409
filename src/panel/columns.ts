import { t } from './i18n';

export type ColumnChoice =
  'budget' | 'burn' | 'forecast' | 'p95' | 'throughput' | 'trend' | 'sli' | 'events' | 'coverage';

/** The columns in the panel's options. */
export function columnChoices(): Array<{ value: ColumnChoice; label: string; description: string }> {
  return [
    {
      value: 'budget',
      label: t('column.budget', 'Error budget'),
      description: t('column.budget-about', 'Error budget remaining. ▼ shows the percentage points lost in a day.'),
    },
    {
      value: 'burn',
      label: t('column.burn', 'Burn rate'),
      description: t(
        'column.burn-about',
        'Burn rate of the window pair nearest to its threshold. An alert fires when both windows are over it.'
      ),
    },
    {
      value: 'forecast',
      label: t('column.forecast', 'Exhausted in'),
      description: t('column.forecast-about', 'Time until the budget is spent, at the burn rate of the last hour.'),
    },
    {
      value: 'p95',
      label: t('column.p95', 'p95'),
      description: t('column.p95-about', '95th percentile of the latency in the last hour, and its target.'),
    },
    {
      value: 'throughput',
      label: t('column.throughput', 'Throughput'),
      description: t('column.throughput-about', 'Events per second in the last hour.'),
    },
    {
      value: 'trend',
      label: t('column.trend', 'Throughput, 24 h'),
      description: t('column.trend-about', 'Throughput of the last 24 whole hours.'),
    },
    {
      value: 'sli',
      label: t('column.sli', 'SLI'),
      description: t('column.sli-about', 'Share of good events in the window, and the objective.'),
    },
    {
      value: 'events',
      label: t('column.events', 'Bad events'),
      description: t('column.events-about', 'Bad events in the window, of all events.'),
    },
    {
      value: 'coverage',
      label: t('column.coverage', 'Coverage'),
      description: t('column.coverage-about', 'Share of the window with data.'),
    },
  ];
}

export const DEFAULT_COLUMNS: ColumnChoice[] = ['budget', 'burn', 'forecast', 'p95', 'throughput', 'trend'];

export type ColumnKind = 'state' | 'workload' | ColumnChoice;

export interface Column {
  kind: ColumnKind;
  label: string;
  description: string;
  /** Numbers are aligned to the right. */
  numeric: boolean;
  /** Width in the layout, in pixels. */
  width: number;
}

/** How a column adapts to the width, in pixels. */
interface Room {
  min: number;
  /** Its share of the remaining width. */
  grow: number;
  /** Columns with the highest rank are removed first. Those with rank 0 are never removed. */
  rank: number;
}

const ROOM: Record<ColumnKind, Room> = {
  state: { min: 164, grow: 0, rank: 0 },
  workload: { min: 146, grow: 4, rank: 0 },
  budget: { min: 190, grow: 4, rank: 0 },
  burn: { min: 136, grow: 0, rank: 1 },
  forecast: { min: 112, grow: 1, rank: 2 },
  p95: { min: 112, grow: 1, rank: 3 },
  throughput: { min: 112, grow: 1, rank: 4 },
  trend: { min: 110, grow: 3, rank: 9 },
  sli: { min: 112, grow: 1, rank: 6 },
  events: { min: 124, grow: 1, rank: 7 },
  coverage: { min: 96, grow: 1, rank: 8 },
};

/** Below this table width, the state is only a shape, and the budget is a number above its bar. */
export const NARROW = 500;

const NARROW_MIN: Partial<Record<ColumnKind, number>> = { state: 56, workload: 96, budget: 104, burn: 116 };

/**
 * The visible columns in order, for the width of the table in pixels. Those with the highest rank
 * are removed first.
 */
export function layOut(chosen: ColumnChoice[], width: number): Column[] {
  const narrow = width < NARROW;
  const min = (kind: ColumnKind) => (narrow && NARROW_MIN[kind]) || ROOM[kind].min;
  let columns = allColumns(chosen);
  const needed = () => columns.reduce((sum, { kind }) => sum + min(kind), 0);
  while (needed() > width) {
    const rank = Math.max(...columns.map(({ kind }) => ROOM[kind].rank));
    if (rank === 0) {
      break;
    }
    columns = columns.filter(({ kind }) => ROOM[kind].rank !== rank);
  }
  const spare = Math.max(0, width - needed());
  const shares = columns.reduce((sum, { kind }) => sum + ROOM[kind].grow, 0) || 1;
  return columns.map((column) => ({ ...column, width: min(column.kind) + (spare * ROOM[column.kind].grow) / shares }));
}

const TEXT: ColumnKind[] = ['state', 'workload', 'budget', 'burn', 'trend'];

function allColumns(chosen: ColumnChoice[]): Array<Omit<Column, 'width'>> {
  const all: Array<Omit<Column, 'width' | 'numeric'>> = [
    {
      kind: 'state',
      label: t('column.state', 'State'),
      description: t('column.state-about', 'The most severe firing alert, or the state of the budget. Worst first.'),
    },
    {
      kind: 'workload',
      label: t('column.workload', 'Workload'),
      description: t('column.workload-about', 'The workload, its namespace and the SLO.'),
    },
    ...columnChoices()
      .filter(({ value }) => chosen.includes(value))
      .map(({ value, label, description }) => ({ kind: value, label, description })),
  ];
  return all.map((column) => ({ ...column, numeric: !TEXT.includes(column.kind) }));
}
