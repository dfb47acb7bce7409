import { AnnotationQuery, CoreApp } from '@grafana/data';

import { EditedQuery, messageOf } from './EditedQuery';
import { FramesTable } from './FramesTable';
import { PageProps } from './Page';

/**
 * The query of a dashboard's annotation, and the events it returns, as in the annotation editor.
 */
export function AnnotationPage(props: PageProps) {
  const support = props.datasource.annotations!;
  const annotation: AnnotationQuery = { name: 'Burnline', enable: true, iconColor: 'red' };
  return (
    <EditedQuery
      {...props}
      app={CoreApp.Dashboard}
      annotation={annotation}
      initial={support.getDefaultQuery?.()}
      prepare={(target) => support.prepareQuery?.({ ...annotation, target })}
    >
      {(data) => (
        <FramesTable
          title="Events"
          frames={data.series}
          message={messageOf(data)}
          timeZone={props.timeZone}
          plugin={props.plugins.panel}
        />
      )}
    </EditedQuery>
  );
}
