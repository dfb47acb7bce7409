import { GrafanaTheme2, LoadingState, PanelProps } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { css } from '@emotion/css';
import React, { useMemo } from 'react';

import { storedRows } from '../access';
import { filterRows, isFiltering } from '../filter';
import { useLastGood, useMissed } from '../lastGood';
import { readNotices } from '../notices';
import { readWorkloads } from '../rows';
import { summarise } from '../summary';
import { PanelOptions } from '../types';
import { useView } from '../view';
import { Empty } from './Empty';
import { Failure, errorMessages } from './Failure';
import { Loading } from './Loading';
import { Notices } from './Notices';
import { PanelMenu } from './PanelMenu';
import { SummaryBar } from './SummaryBar';
import { WorkloadsTable } from './WorkloadsTable';

/**
 * All workloads and their error budgets. The content depends on the rows and the state of the
 * query.
 */
export function WorkloadsPanel(props: PanelProps<PanelOptions>) {
  const { id, data, options, width, height, timeZone, replaceVariables } = props;
  const styles = useStyles2(getStyles);
  const { series, progress, stale: failedSince } = useLastGood(data, replaceVariables);
  const stale = useMissed(data) || failedSince;
  const low = options.lowBudget === undefined ? undefined : options.lowBudget / 100;
  const workloads = useMemo(() => readWorkloads(series, low), [series, low]);
  const summary = useMemo(() => summarise(workloads.rows), [workloads]);
  const notices = useMemo(() => readNotices(series), [series]);
  const failed = data.state === LoadingState.Error;
  const hasRows = workloads.rows.length > 0;
  const [view, changeView] = useView(id);
  const { filter } = view;
  const rows = useMemo(() => filterRows(workloads.rows, filter), [workloads, filter]);

  return (
    <div className={styles.panel} style={{ width, height }} data-testid="burnline-workloads-panel">
      {failed && <Failure messages={errorMessages(data)} stale={stale} />}
      {hasRows && (
        <>
          <SummaryBar
            summary={summary}
            instant={workloads.instant}
            cached={workloads.cached}
            timeZone={timeZone}
            stale={stale}
            filter={filter}
            onFilter={(next) => changeView(() => ({ filter: next }))}
            stored={storedRows(data)}
            progress={progress}
            words={options.showFilter}
            shown={isFiltering(filter) ? rows.length : undefined}
          >
            <PanelMenu data={data} />
          </SummaryBar>
          <Notices notices={notices} />
          <WorkloadsTable
            workloads={workloads}
            rows={rows}
            data={data}
            options={options}
            view={view}
            onView={changeView}
            timeZone={timeZone}
            width={width}
            height={height}
            stale={stale}
          />
        </>
      )}
      {!hasRows && !failed && (isWaiting(data.state) ? <Loading /> : <Empty series={series} notices={notices} />)}
    </div>
  );
}

function isWaiting(state: LoadingState): boolean {
  return state === LoadingState.Loading || state === LoadingState.NotStarted;
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    display: 'flex',
    flexDirection: 'column',
    overflow: 'hidden',
    color: theme.colors.text.primary,
    fontSize: theme.typography.body.fontSize,
  }),
});
