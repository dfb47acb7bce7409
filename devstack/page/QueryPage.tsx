import { CoreApp } from '@grafana/data';

import { EditedQuery, messageOf } from './EditedQuery';
import { FramesTable } from './FramesTable';
import { PageProps } from './Page';
import { PluginPanel } from './PluginPanel';
import { SeriesChart } from './SeriesChart';

/** The editor of a panel's query. */
export function QueryPage(props: PageProps) {
  const { plugins, timeZone } = props;
  return (
    <EditedQuery {...props} app={CoreApp.PanelEditor}>
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
