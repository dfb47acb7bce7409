import { GrafanaTheme2, LinkModel, PanelData, textUtil } from '@grafana/data';
import { LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React from 'react';

import { t } from '../i18n';
import { Stored, storedRows } from '../access';
import { useRuleLinks } from '../alertRules';
import { burnDown, givenBurndown } from '../burndown';
import { incidentLinks, rowLinks, useFollowable } from '../links';
import {
  NOTHING,
  readBudgetDetail,
  readBurn,
  readCoverage,
  readEvents,
  readObjective,
  readSLI,
  spaced,
} from '../readings';
import { burndownRequest } from '../rowQuery';
import { WorkloadRow } from '../rows';
import { stateTone } from '../state';
import { BurndownChart } from './BurndownChart';
import { Changes } from './Changes';
import { RowLink } from './RowLink';
import { LINE, WHOLE_CELL } from './lines';
import { useRowQuery } from './useRowQuery';

interface Props {
  /** The id of the table. */
  table: string;
  row: WorkloadRow;
  data: PanelData;
  /** Milliseconds since 1970. */
  instant?: number;
  timeZone: string;
  /** Number of columns that the line spans. */
  span: number;
  /** Pixels. */
  width: number;
  height: number;
  /** Index of the line in the whole table, from 1. */
  rowIndex: number;
}

const FACTS_WIDTH = 300;
const FACTS_HEIGHT = 152;
const CHART_HEIGHT = 214;
/** Of the links: two lines, or three in a narrow panel. */
const LINKS_HEIGHT = { wide: 40, narrow: 62 };
/** Of a heading and three changes. */
const CHANGES_HEIGHT = 88;
const PADDING = 12;

/** Pixels of an opened row: in a narrow panel the facts are above the chart. */
export function detailHeight(width: number): number {
  return CHART_HEIGHT + CHANGES_HEIGHT + (isWide(width) ? LINKS_HEIGHT.wide : LINKS_HEIGHT.narrow + FACTS_HEIGHT);
}

function isWide(width: number): boolean {
  return width >= 2 * FACTS_WIDTH + 100;
}

/** Details below an expanded row: links, values without a column, its burn-down, and the likeliest causes. */
export function DetailRow({ table, row, data, instant, timeZone, span, width, height, rowIndex }: Props) {
  const styles = useStyles2(getStyles);
  const wide = isWide(width);
  const chartWidth = width - 2 * PADDING - (wide ? FACTS_WIDTH : 0);
  return (
    <tr role="row" aria-rowindex={rowIndex} className={styles.row} style={{ height }} id={detailId(table, row)}>
      <td role="cell" aria-colspan={span} className={styles.cell}>
        <div className={wide ? styles.wide : styles.narrow} style={{ height: height - 1 }}>
          <Links row={row} data={data} wide={wide} />
          <Facts row={row} wide={wide} />
          <Chart
            row={row}
            data={data}
            instant={instant}
            timeZone={timeZone}
            width={chartWidth}
            height={CHART_HEIGHT - 17}
          />
          <Changes row={row} data={data} instant={instant} timeZone={timeZone} height={CHANGES_HEIGHT} />
        </div>
      </td>
    </tr>
  );
}

/** The id of the line, for the button that expands it. */
export function detailId(table: string, { key }: WorkloadRow): string {
  return `${table}-${key.replace(/[^a-zA-Z0-9]/g, (sign) => `_${sign.charCodeAt(0)}`)}`;
}

/** What the SLO is about, and where to go from here. */
function Links({ row, data, wide }: Pick<Props, 'row' | 'data'> & { wide: boolean }) {
  const styles = useStyles2(getStyles);
  const { description, runbook } = row.about ?? {};
  const links = useFollowable(linksOf(row, incidentLinks(row, data, useRuleLinks(row, data))));
  return (
    <div className={styles.links} style={{ height: wide ? LINKS_HEIGHT.wide : LINKS_HEIGHT.narrow }}>
      {description && <span>{description}</span>}
      {runbook && /^https?:/.test(runbook) && (
        <a href={textUtil.sanitizeUrl(runbook)} target="_blank" rel="noopener noreferrer" className={styles.link}>
          {t('detail.runbook', 'Runbook')}
        </a>
      )}
      {links.map((link) => (
        <RowLink key={`${link.title} ${link.href}`} link={link}>
          {link.title || link.href}
        </RowLink>
      ))}
    </div>
  );
}

function Facts({ row, wide }: { row: WorkloadRow; wide: boolean }) {
  const styles = useStyles2(getStyles);
  const { bad, events } = readEvents(row);
  const facts: Array<[string, string]> = [
    [
      t('detail.slo', 'SLO'),
      row.window
        ? t('detail.slo-over', '{{slo}} over {{window}}', { slo: row.slo, window: spaced(row.window) })
        : row.slo,
    ],
    [
      t('detail.good', 'Good'),
      t('detail.promised', '{{sli}} (target {{objective}})', {
        sli: readSLI(row).text,
        objective: readObjective(row) || '–',
      }),
    ],
    [t('detail.bad', 'Bad events'), t('detail.bad-of', '{{bad}} of {{events}}', { bad, events })],
    [t('detail.left', 'Left'), readBudgetDetail(row) || NOTHING],
    ...row.burns.map(({ long, short, longRate, shortRate, factor }): [string, string] => [
      t('detail.burn', 'Burn {{long}}', { long }),
      t('detail.rates', '{{longRate}}, {{short}} {{shortRate}} (threshold {{factor}})', {
        longRate: readBurn(row, longRate),
        short,
        shortRate: readBurn(row, shortRate),
        factor: readBurn(row, factor),
      }),
    ]),
    [t('detail.measured', 'Coverage'), readCoverage(row).text],
  ];
  return (
    <dl className={styles.facts} style={wide ? { width: FACTS_WIDTH } : { height: FACTS_HEIGHT }} tabIndex={0}>
      {facts.map(([name, value]) => (
        <div key={name} className={styles.fact}>
          <dt className={styles.name}>{name}</dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The row's own data links, then those for an incident. A page that both lead to is there once. */
function linksOf(row: WorkloadRow, incident: LinkModel[]): LinkModel[] {
  const own = rowLinks(row);
  const page = ({ href }: LinkModel) => href.split('?')[0];
  const known = own.map(page).filter((path) => path.includes('/d/'));
  const titles = own.map(({ title }) => title);
  const isNew = (link: LinkModel) => !known.includes(page(link)) && !titles.includes(link.title);
  return [...own, ...incident.filter(isNew)];
}

type ChartProps = Pick<Props, 'row' | 'data' | 'instant' | 'timeZone' | 'width' | 'height'>;

function Chart({ row, data, instant, timeZone, width, height }: ChartProps) {
  const styles = useStyles2(getStyles);
  const given = givenBurndown(row, data.series);
  const isLive = !given && instant !== undefined && !storedRows(data);
  const request = isLive ? burndownRequest(row, instant, data.request) : undefined;
  const { value, loading, error } = useRowQuery(request, instant, (frames) => burnDown(row, frames, instant!));
  const burndown = given ?? value;
  if (burndown) {
    return (
      <BurndownChart burndown={burndown} tone={stateTone(row)} timeZone={timeZone} width={width} height={height} />
    );
  }
  return (
    <div className={styles.instead}>
      {loading ? (
        <LoadingPlaceholder text={t('detail.reading', 'Loading the burndown…')} />
      ) : (
        (error ?? noBurndown(storedRows(data)))
      )}
    </div>
  );
}

function noBurndown(stored: Stored | undefined): string {
  switch (stored) {
    case 'snapshot':
      return t('detail.snapshot', 'The snapshot contains no burndown of this row.');
    case 'public':
      return t('detail.public', 'A public dashboard shows no burndown. Sign in to Grafana to see the burndown.');
  }
  return t(
    'detail.no-burndown',
    'No burndown available. Use a Burnline data source, or add a time series named "budget" with the same labels.'
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css(LINE),
  cell: css({
    ...WHOLE_CELL,
    background: theme.colors.background.canvas,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  wide: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignContent: 'flex-start',
    overflow: 'hidden',
    padding: `${theme.spacing(1)} ${PADDING}px`,
  }),
  narrow: css({ overflow: 'hidden', padding: `${theme.spacing(1)} ${PADDING}px` }),
  links: css({
    flex: '0 0 100%',
    display: 'flex',
    flexWrap: 'wrap',
    alignContent: 'flex-start',
    columnGap: theme.spacing(2),
    overflow: 'auto',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  facts: css({
    flex: 'none',
    margin: 0,
    overflow: 'auto',
    paddingRight: theme.spacing(2),
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  link: css({ color: theme.colors.text.link, textDecoration: 'underline' }),
  fact: css({ display: 'flex', gap: theme.spacing(1), lineHeight: 1.7 }),
  name: css({ flex: '0 0 76px', color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  value: css({ margin: 0, fontVariantNumeric: 'tabular-nums' }),
  instead: css({
    flex: '1 1 auto',
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    padding: theme.spacing(2),
    color: theme.colors.text.secondary,
    textAlign: 'center',
  }),
});
