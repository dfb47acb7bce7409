import { useStyles2, useTheme2 } from '@grafana/ui';
import React from 'react';

import {
  Reading,
  readCoverage,
  readEvents,
  readForecast,
  readObjective,
  readP95,
  readP95Target,
  readSLI,
  readThroughput,
} from '../readings';
import { t } from '../i18n';
import { WorkloadRow } from '../rows';
import { readingColor } from './readingColor';
import { getTextStyles } from './text';

/** How long the budget lasts at the current burn rate. */
export function ForecastCell({ row }: { row: WorkloadRow }) {
  return <Number reading={readForecast(row)} />;
}

/** The p95 of the last hour, and its target. */
export function P95Cell({ row, compact }: { row: WorkloadRow; compact: boolean }) {
  const text = useStyles2(getTextStyles);
  const target = readP95Target(row);
  return (
    <div title={target && t('cell.target', 'target {{target}}', { target })}>
      <Number reading={readP95(row)} />
      {!compact && target && <div className={text.sub}>{target}</div>}
    </div>
  );
}

export function ThroughputCell({ row }: { row: WorkloadRow }) {
  return <Number reading={readThroughput(row)} />;
}

/** The share of good events, and the objective. */
export function SLICell({ row, compact }: { row: WorkloadRow; compact: boolean }) {
  const text = useStyles2(getTextStyles);
  const objective = readObjective(row);
  return (
    <div title={objective && t('cell.objective', 'objective {{objective}}', { objective })}>
      <Number reading={readSLI(row)} />
      {!compact && objective && <div className={text.sub}>{objective}</div>}
    </div>
  );
}

/** The bad events, and all events of the window. */
export function EventsCell({ row, compact }: { row: WorkloadRow; compact: boolean }) {
  const text = useStyles2(getTextStyles);
  const { bad, events } = readEvents(row);
  return (
    <div title={t('cell.bad-of', '{{bad}} of {{events}} events', { bad, events })}>
      <Number reading={{ text: bad }} />
      {!compact && <div className={text.sub}>{t('cell.of', 'of {{events}}', { events })}</div>}
    </div>
  );
}

/** The measured share of the window. */
export function CoverageCell({ row }: { row: WorkloadRow }) {
  return <Number reading={readCoverage(row)} />;
}

function Number({ reading }: { reading: Reading }) {
  const theme = useTheme2();
  const text = useStyles2(getTextStyles);
  return (
    <div className={text.line} style={{ color: readingColor(theme, reading) }}>
      {reading.text}
    </div>
  );
}
