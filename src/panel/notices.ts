import { DataFrame, QueryResultMetaNotice } from '@grafana/data';

const SEVERITIES: Array<QueryResultMetaNotice['severity']> = ['error', 'warning', 'info'];

/** The distinct notices of the frames, the most severe first. */
export function readNotices(frames: DataFrame[]): QueryResultMetaNotice[] {
  const byText = new Map<string, QueryResultMetaNotice>();
  for (const notice of frames.flatMap((frame) => frame.meta?.notices ?? [])) {
    byText.set(`${notice.severity} ${notice.text}`, notice);
  }
  return [...byText.values()].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
