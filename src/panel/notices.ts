import { DataFrame, QueryResultMetaNotice } from '@grafana/data';

import { t } from './i18n';

const SEVERITIES: Array<QueryResultMetaNotice['severity']> = ['error', 'warning', 'info'];

/** A notice, and the texts of all notices that it replaces: those of SLOs for the same reason. */
export interface GroupedNotice extends QueryResultMetaNotice {
  texts: string[];
}

/** Burnline begins the notice of one SLO with its name. */
const OF_SLO = /^SLO (\S+): (.*)$/s;
/** What differs between the notices of SLOs for the same reason: selectors, quoted values and numbers. */
const DETAIL = /\{[^}]*\}|"[^"]*"|\d+(\.\d+)?/g;

/** The distinct notices of the frames, the most severe first. SLOs with the same notice have it once. */
export function readNotices(frames: DataFrame[]): GroupedNotice[] {
  const groups = new Map<string, GroupedNotice>();
  for (const notice of frames.flatMap((frame) => frame.meta?.notices ?? [])) {
    const { text, severity } = notice;
    const ofSLO = OF_SLO.exec(text);
    const key = `${severity} ${ofSLO ? `SLO ${ofSLO[2].replaceAll(ofSLO[1], '').replace(DETAIL, '')}` : text}`;
    const group = groups.get(key);
    if (!group) {
      groups.set(key, { ...notice, texts: [text] });
    } else if (!group.texts.includes(text)) {
      group.texts.push(text);
    }
  }
  return [...groups.values()]
    .map((group) => ({ ...group, text: summaryOf(group.texts) }))
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function summaryOf(texts: string[]): string {
  return texts.length === 1
    ? texts[0]
    : t('notices.grouped', '{{text}} (and {{number}} similar notices)', { text: texts[0], number: texts.length - 1 });
}
