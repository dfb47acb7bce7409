import { GrafanaTheme2, LinkModel, colorManipulator } from '@grafana/data';
import React, { CSSProperties, ReactNode } from 'react';

import { Column } from '../columns';
import { t } from '../i18n';
import { rowLinks, useFollowable } from '../links';
import { nearestBurn } from '../nearestBurn';
import {
  NOTHING,
  Reading,
  readBudget,
  readCoverage,
  readEvents,
  readForecast,
  readObjective,
  readP95,
  readP95Target,
  readSLI,
  readThroughput,
} from '../readings';
import { burnText } from '../reason';
import { WorkloadRow } from '../rows';
import { budgetTone, severityTone, stateRemark, stateTone, stateWord } from '../state';
import { trendPaths } from '../trends';
import { Arrow } from './Arrow';
import { detailId } from './DetailRow';
import { RowLink } from './RowLink';
import { StateShape } from './StateShape';
import { PADDING_PIXELS, getLineStyles } from './lineStyles';
import { readableText, toneFill, toneText } from './tones';

/** The layout of all lines of a table, and their look. */
export interface LineLayout {
  columns: Column[];
  /** The state is only a shape, and the budget's number is above its bar. */
  narrow: boolean;
  compact: boolean;
  /** The heading above shows the namespace. */
  grouped: boolean;
  /** Pixels. */
  height: number;
  /** Distinguishes the ids of this table from those of others on the page. */
  id: string;
  theme: GrafanaTheme2;
  styles: ReturnType<typeof getLineStyles>;
}

/**
 * The content of a cell, and the cell's attributes. Contents are plain functions without hooks: hundreds of cells appear
 * in a frame while a table scrolls.
 */
export interface Content {
  children: ReactNode;
  title?: string;
  className?: string;
  style?: CSSProperties;
}

interface StateProps {
  /** The number behind the color, if no column shows it. */
  reason?: string;
  /** The row's details are visible below it. */
  open: boolean;
  /** Expands and collapses the row with this key. */
  onToggle: (key: string) => void;
}

/** The state as shape and word, next to the button that expands the row. A narrow table shows only the shape. */
export function stateContent(row: WorkloadRow, layout: LineLayout, { reason, open, onToggle }: StateProps): Content {
  const { narrow, compact, theme, styles } = layout;
  const word = stateWord(row);
  const remark = [reason, stateRemark(row)].filter(Boolean).join(' · ');
  return {
    className: styles.state,
    style: { color: toneText(theme, stateTone(row)) },
    title: remark ? `${word}, ${remark}` : word,
    children: (
      <>
        <button
          type="button"
          className={styles.toggle}
          aria-label={t('row.burndown', 'Burndown of {{name}}', { name: row.name })}
          aria-expanded={open}
          aria-controls={open ? detailId(layout.id, row) : undefined}
          onClick={() => onToggle(row.key)}
        >
          <Arrow open={open} />
        </button>
        <StateShape state={row.state} />
        <div className={narrow ? styles.hidden : styles.words}>
          <div className={styles.name}>{compact && reason ? `${word} ${reason}` : word}</div>
          {remark && !compact && <div className={styles.sub}>{remark}</div>}
        </div>
      </>
    ),
  };
}

/** The content of each column but the state. `state` is what the state column has no room for: its word and reason. */
export function contentOf(row: WorkloadRow, column: Column, layout: LineLayout, state?: string): Content {
  const { compact } = layout;
  switch (column.kind) {
    case 'workload':
      return nameContent(row, layout, state);
    case 'budget':
      return budgetContent(row, layout);
    case 'burn':
      return burnContent(row, layout);
    case 'forecast':
      return numberContent(readForecast(row), layout);
    case 'p95': {
      const target = readP95Target(row);
      const title = target && t('cell.target', 'target {{target}}', { target });
      return numberContent(readP95(row), layout, title, compact ? '' : target);
    }
    case 'throughput':
      return numberContent(readThroughput(row), layout);
    case 'trend':
      return trendContent(row, column.width, layout);
    case 'sli': {
      const objective = readObjective(row);
      const title = objective && t('cell.objective', 'objective {{objective}}', { objective });
      return numberContent(readSLI(row), layout, title, compact ? '' : objective);
    }
    case 'events': {
      const { bad, events } = readEvents(row);
      const title = t('cell.bad-of', '{{bad}} of {{events}} events', { bad, events });
      return numberContent({ text: bad }, layout, title, compact ? '' : t('cell.of', 'of {{events}}', { events }));
    }
    case 'coverage':
      return numberContent(readCoverage(row), layout);
    case 'state':
      return { children: null };
  }
}

/** The name of a workload, its type, and the SLO of the row. It links to the first data link. */
function nameContent(row: WorkloadRow, { compact, grouped, styles }: LineLayout, state?: string): Content {
  const slo = row.slo === row.name ? undefined : row.slo;
  const sub = compact ? [] : [...row.others, grouped ? undefined : row.namespace, row.kind, slo];
  const second = joined([state, ...sub]);
  const links = rowLinks(row);
  return {
    title: joined([Object.values(row.labels).join(' / '), row.slo]),
    children: (
      <>
        <div className={styles.name}>
          {links.length > 0 ? <LinkedName links={links} name={row.name} /> : row.name}
          {compact && slo && <span className={styles.slo}>{slo}</span>}
        </div>
        {second && <div className={styles.sub}>{second}</div>}
      </>
    ),
  };
}

/** Texts that are present, in this order also if some are in a right-to-left script. */
function joined(texts: Array<string | undefined>): string {
  return texts
    .filter(Boolean)
    .map((text) => (RIGHT_TO_LEFT.test(text!) ? `\u2068${text}\u2069` : text))
    .join(' · ');
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

function LinkedName({ links, name }: { links: LinkModel[]; name: string }) {
  const [link] = useFollowable(links);
  return link ? <RowLink link={link}>{name}</RowLink> : <>{name}</>;
}

/** The remaining error budget: a bar, a share, and the percentage points lost in a day. */
function budgetContent(row: WorkloadRow, { narrow, theme, styles }: LineLayout): Content {
  const budget = readBudget(row);
  const lost = narrow ? undefined : lostPoints(row);
  const overspent = row.budget !== null && row.budget <= 0;
  const fill = budget.color ?? toneFill(theme, budgetTone(row.budget, row.low));
  const width = `${100 * Math.min(1, Math.max(0, row.budget ?? 0))}%`;
  return {
    className: narrow ? styles.narrowBudget : styles.budget,
    children: (
      <>
        <div
          className={styles.track}
          style={overspent ? { boxShadow: `inset 0 0 0 1px ${fill}` } : undefined}
          aria-hidden="true"
        >
          <div className={styles.fill} style={{ width, background: fill }} />
        </div>
        <div className={styles.share} style={{ color: readingColor(theme, budget) }} data-testid="budget">
          {budget.text}
        </div>
        {lost !== undefined && (
          <div
            className={styles.sub}
            role="img"
            aria-label={t('budget.lost', '{{points}} percentage points lost in a day', { points: lost })}
          >
            ▼ {lost}
          </div>
        )}
      </>
    ),
  };
}

/** In a calendar window, the earlier number may be of another period, so there is none. */
function lostPoints({ budget, budgetAgo, window }: WorkloadRow): number | undefined {
  if (budget === null || budgetAgo === null || (window && !/^\d/.test(window))) {
    return undefined;
  }
  const points = Math.round(100 * (budgetAgo - budget));
  return points > 0 ? points : undefined;
}

/**
 * The burn rate that explains the state, and its threshold: "26× of 7.2". It has a border if it
 * exceeds the threshold.
 */
function burnContent(row: WorkloadRow, { compact, theme, styles }: LineLayout): Content {
  const nearest = nearestBurn(row);
  if (!nearest) {
    return { children: <span className={styles.sub}>{NOTHING}</span> };
  }
  const { burn, over, fires } = nearest;
  const color = toneText(theme, fires ? severityTone(burn.severity, row.severities) : 'watch');
  const windows = t('burn.windows', '{{long}} and {{short}}', { long: burn.long, short: burn.short });
  return {
    title: windows,
    children: (
      <>
        <span
          className={styles.rate}
          style={over ? { color, borderColor: color, background: colorManipulator.alpha(color, 0.1) } : undefined}
          data-over={over}
        >
          {burnText(row, nearest)}
          {over && <span className={styles.hidden}> {t('burn.over', 'over the threshold')}</span>}
        </span>
        {!compact && <div className={styles.sub}>{windows}</div>}
      </>
    ),
  };
}

/** The throughput of the last day, without axes. It is drawn as paths: a canvas in each row slows scrolling down. */
function trendContent({ trend }: WorkloadRow, width: number, { height, theme }: LineLayout): Content {
  const size = { width: Math.floor(width - PADDING_PIXELS), height: Math.min(28, height - 10) };
  const paths = trend && trendPaths(trend, size.width, size.height);
  const blue = theme.visualization.getColorByName('blue');
  return {
    children: paths && (
      <svg
        {...size}
        style={{ display: 'block', overflow: 'visible' }}
        aria-hidden="true"
        focusable="false"
        data-testid="trend"
      >
        <path d={paths.area} fill={colorManipulator.alpha(blue, 0.12)} />
        <path d={paths.line} fill="none" stroke={blue} />
      </svg>
    ),
  };
}

/** A number, and a smaller text below it. */
function numberContent(reading: Reading, { theme, styles }: LineLayout, title?: string, below?: string): Content {
  return {
    title,
    style: { color: readingColor(theme, reading) },
    children: below ? (
      <>
        {reading.text}
        <div className={styles.sub}>{below}</div>
      </>
    ) : (
      reading.text
    ),
  };
}

/** The color of a number; undefined for the default text color. */
function readingColor(theme: GrafanaTheme2, { color, tone }: Reading): string | undefined {
  return color ? readableText(theme, theme.visualization.getColorByName(color)) : tone && toneText(theme, tone);
}
