import { LoadingState, type DataFrame, type DataQueryResponse } from '@grafana/data';
import { concat, concatMap, of, type Observable } from 'rxjs';

/** Some of the SLOs of a query, by their place in it. */
export interface Part {
  from: number;
  count: number;
}

/** The metadata of a frame without fields, in place of the rows read so far. Only the panel of workloads reads it. */
export interface Progress {
  parts: DataFrame[];
  /** SLOs. */
  read: number;
  of: number;
}

/** SLOs of the first part. Up to twice as many are read at a time, until the greatest part. */
const FIRST = 20;
const MOST = 160;

/**
 * Reads a query of many SLOs in parts, and then as a whole from the cache of the backend. Parts are in
 * the metadata of a frame without fields, because other panels would show the numbers of a part as
 * those of the whole. A query of few SLOs is one request.
 */
export function inParts(run: (part?: Part) => Observable<DataQueryResponse>): Observable<DataQueryResponse> {
  const next = (part: Part, earlier: DataFrame[]): Observable<DataQueryResponse> =>
    run(part).pipe(
      concatMap((answer) => {
        if (answer.error || answer.errors?.length) {
          return run(); // the whole may have rows, or has a better error
        }
        const total = metaOf(answer.data[0])?.part?.of;
        if (total === undefined || (part.from === 0 && total <= part.count)) {
          return of({ ...answer, data: answer.data.map(withoutPart) }); // it is the whole
        }
        const parts = [...earlier, ...(answer.data as DataFrame[])];
        const read = Math.min(total, part.from + part.count);
        const isDone = read === total || isCached(answer);
        const rest = isDone ? run() : next({ from: read, count: Math.min(2 * part.count, MOST) }, parts);
        return concat(of(progressOf({ parts, read, of: total })), rest);
      })
    );
  return next({ from: 0, count: FIRST }, []);
}

interface Meta {
  part?: { of: number };
  cost?: { cellsMissed: number };
}

/** Whether the backend had all counts of a part, so that it is likely to have the others. */
function isCached({ data }: DataQueryResponse): boolean {
  return metaOf(data[0])?.cost?.cellsMissed === 0;
}

function metaOf(frame?: DataFrame): Meta | undefined {
  return frame?.meta?.custom;
}

function withoutPart(frame: DataFrame): DataFrame {
  const { part, ...custom } = frame.meta?.custom ?? {};
  return part ? { ...frame, meta: { ...frame.meta, custom } } : frame;
}

function progressOf(progress: Progress): DataQueryResponse {
  const { refId, name } = progress.parts[0];
  const frame: DataFrame = { refId, name, fields: [], length: 0, meta: { custom: progress } };
  return { data: [frame], state: LoadingState.Loading };
}
