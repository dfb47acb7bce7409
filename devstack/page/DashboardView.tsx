import {
  CoreApp,
  DataFrame,
  FieldConfigSource,
  GrafanaTheme2,
  LoadingState,
  PanelData,
  applyFieldOverrides,
  getFieldDisplayValues,
  transformDataFrame,
} from '@grafana/data';
import { BigValue, BigValueColorMode, BigValueGraphMode, PanelChrome, useStyles2, useTheme2 } from '@grafana/ui';
import { css } from '@emotion/css';
import { useEffect, useMemo, useRef, useState } from 'react';

import { DashboardJSON, PanelJSON } from './dashboards';
import { FramesTable } from './FramesTable';
import { PageProps } from './Page';
import { PluginPanel } from './PluginPanel';
import { SeriesChart } from './SeriesChart';
import { doable } from './services';
import { useQuery } from './useQuery';
import { useSize } from './useSize';

/** As in Grafana: 24 columns, and rows of 30 pixels with a gap of 8. */
const ROW = 30;

type Props = PageProps & { dashboard: DashboardJSON };

/**
 * An imported dashboard. Its queries run as in Grafana. Charts that only Grafana has are tables.
 */
export function DashboardView({ dashboard, ...page }: Props) {
  const styles = useStyles2(getStyles);
  const range = dashboard.time ?? page.range;
  const panels = dashboard.panels
    .flatMap((panel) => [panel, ...(panel.panels ?? [])])
    .filter(({ targets }) => targets?.length);
  return (
    <div data-testid="dashboard">
      <h2>{dashboard.title}</h2>
      <Annotations {...page} range={range} dashboard={dashboard} />
      <div className={styles.grid}>
        {panels.map((panel) => {
          const { x, y, w, h } = panel.gridPos;
          const gridArea = `${y + 1} / ${x + 1} / span ${h} / span ${w}`;
          return (
            <div key={panel.id} style={{ gridArea, display: 'flex', minWidth: 0, minHeight: 0 }}>
              <Panel {...page} range={range} panel={panel} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Panel({ panel, plugins, datasource, range, refresh, timeZone }: PageProps & { panel: PanelJSON }) {
  const answered = useQuery({ datasource, queries: panel.targets ?? [], app: CoreApp.Dashboard, range, refresh });
  const series = useTransformed(answered, panel);
  const data = { ...answered, series };
  const { title = '' } = panel;
  const message = answered.errors?.[0]?.message;
  return (
    <div
      data-title={title}
      data-testid="panel"
      data-state={answered.state}
      data-rows={series.reduce((sum, frame) => sum + frame.length, 0)}
      data-problem={message}
      style={{ flex: '1 1 0', display: 'flex', minWidth: 0 }}
    >
      {panel.type === 'burnline-workloads-panel' ? (
        <PluginPanel
          plugin={plugins.panel}
          title={title}
          data={data}
          timeZone={timeZone}
          options={panel.options}
          fieldConfig={panel.fieldConfig}
        />
      ) : panel.type === 'timeseries' ? (
        <SeriesChart title={title} data={data} timeZone={timeZone} />
      ) : panel.type === 'stat' ? (
        <Stat panel={panel} series={series} timeZone={timeZone} registry={plugins.panel.fieldConfigRegistry} />
      ) : (
        <FramesTable
          title={title}
          frames={series}
          message={message}
          timeZone={timeZone}
          fieldConfig={panel.fieldConfig}
          plugin={plugins.panel}
        />
      )}
    </div>
  );
}

/** The frames after the panel's transformations. */
function useTransformed({ series, state }: PanelData, { transformations }: PanelJSON): DataFrame[] {
  const known = useMemo(() => doable(transformations ?? []), [transformations]);
  const [transformed, setTransformed] = useState<DataFrame[]>([]);
  useEffect(() => {
    if (state === LoadingState.NotStarted || known.length === 0) {
      return undefined;
    }
    const subscription = transformDataFrame(known, series).subscribe(setTransformed);
    return () => subscription.unsubscribe();
  }, [series, state, known]);
  return known.length === 0 ? series : transformed;
}

interface StatProps {
  panel: PanelJSON;
  series: DataFrame[];
  timeZone: string;
  registry: any;
}

function Stat({ panel, series, timeZone, registry }: StatProps) {
  const theme = useTheme2();
  const place = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(place);
  const fieldConfig: FieldConfigSource = panel.fieldConfig ?? { defaults: {}, overrides: [] };
  const replaceVariables = (value: string) => value;
  const values = getFieldDisplayValues({
    fieldConfig,
    reduceOptions: panel.options?.reduceOptions ?? { calcs: [] },
    replaceVariables,
    theme,
    timeZone,
    data: applyFieldOverrides({ data: series, fieldConfig, fieldConfigRegistry: registry, replaceVariables, theme }),
  });
  return (
    <div ref={place} style={{ flex: '1 1 0', minWidth: 0 }}>
      {width > 0 && (
        <PanelChrome title={panel.title} width={width} height={height}>
          {(innerWidth, innerHeight) => (
            <div style={{ display: 'flex' }}>
              {values.map(({ display, colIndex, rowIndex }) => (
                <BigValue
                  key={`${colIndex} ${rowIndex}`}
                  value={display}
                  theme={theme}
                  colorMode={BigValueColorMode.Value}
                  graphMode={BigValueGraphMode.None}
                  textMode={panel.options?.textMode}
                  width={innerWidth / values.length}
                  height={innerHeight}
                />
              ))}
            </div>
          )}
        </PanelChrome>
      )}
    </div>
  );
}

/** The number of events of each annotation of the dashboard. */
function Annotations({ dashboard, datasource, range, refresh }: PageProps & { dashboard: DashboardJSON }) {
  const list = (dashboard.annotations?.list ?? []).filter(({ enable, builtIn }) => enable && !builtIn);
  const queries = list.flatMap((annotation) => datasource.annotations?.prepareQuery?.(annotation as any) ?? []);
  const { series, state, errors } = useQuery({ datasource, queries, app: CoreApp.Dashboard, range, refresh });
  const events = series.reduce((sum, frame) => sum + frame.length, 0);
  return list.length === 0 ? null : (
    <p data-testid="annotations" data-state={state} data-events={events}>
      {errors?.[0]?.message ?? `${list.map(({ name }) => name).join(', ')}: ${events} events`}
    </p>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  grid: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(24, minmax(0, 1fr))',
    gridAutoRows: `${ROW}px`,
    gap: theme.spacing(1),
  }),
});
