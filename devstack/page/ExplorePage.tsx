import { CoreApp } from '@grafana/data';

import { EditedQuery, messageOf } from './EditedQuery';
import { FramesTable } from './FramesTable';
import { PageProps } from './Page';
import { SeriesChart } from './SeriesChart';

/** Explore: a query without a dashboard. The frames select their visualization. */
export function ExplorePage(props: PageProps) {
  return (
    <EditedQuery {...props} app={CoreApp.Explore} help>
      {(data, { queryType }) =>
        queryType === 'timeseries' ? (
          <SeriesChart title="Graph" data={data} timeZone={props.timeZone} />
        ) : (
          <FramesTable
            title="Table"
            frames={data.series}
            message={messageOf(data)}
            timeZone={props.timeZone}
            plugin={props.plugins.panel}
          />
        )
      }
    </EditedQuery>
  );
}
