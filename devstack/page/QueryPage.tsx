import { CoreApp } from '@grafana/data';

import type { BurnlineQuery } from '../../src/types';
import { EditedQuery, messageOf } from './EditedQuery';
import { FramesTable } from './FramesTable';
import { PageProps } from './Page';
import { PluginPanel } from './PluginPanel';
import { SeriesChart } from './SeriesChart';

const initial: Partial<BurnlineQuery> = { queryType: 'summary', metrics: undefined };

/** The editor of a query of the workloads panel. */
export function QueryPage(props: PageProps) {
  const { plugins, timeZone } = props;
  return (
    <EditedQuery {...props} app={CoreApp.PanelEditor} initial={initial}>
      {(data, { queryType = 'summary' }) => {
        if (queryType === 'timeseries') {
          return <SeriesChart title="Answer" data={data} timeZone={timeZone} />;
        }
        return ['summary', 'workloads'].includes(queryType) ? (
          <PluginPanel plugin={plugins.panel} title="Answer" data={data} timeZone={timeZone} />
        ) : (
          <FramesTable
            title="Answer"
            frames={data.series}
            message={messageOf(data)}
            timeZone={timeZone}
            plugin={plugins.panel}
          />
        );
      }}
    </EditedQuery>
  );
}
