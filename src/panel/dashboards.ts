import { getBackendSrv } from '@grafana/runtime';
import { useEffect, useReducer } from 'react';
import { lastValueFrom } from 'rxjs';

/** Whether dashboards exist that the viewer may read, by uid. */
const readable = new Map<string, boolean>();
const listeners = new Set<() => void>();
/** Dashboards with a sent or planned request. */
const requested = new Set<string>();
let waiting: string[] = [];

/** Returns whether a dashboard exists that the viewer may read. It is false until the response arrives. */
export function useDashboards(uids: string[]): (uid: string) => boolean {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const all = uids.join(' ');
  useEffect(() => {
    const unknown = all.split(' ').filter((uid) => uid && !readable.has(uid));
    if (unknown.length === 0) {
      return undefined;
    }
    listeners.add(redraw);
    request(unknown);
    return () => {
      listeners.delete(redraw);
    };
  }, [all]);
  return (uid) => readable.get(uid) ?? false;
}

function request(uids: string[]) {
  const fresh = uids.filter((uid) => !requested.has(uid));
  fresh.forEach((uid) => requested.add(uid));
  if (fresh.length > 0 && waiting.length === 0) {
    queueMicrotask(search);
  }
  waiting.push(...fresh);
}

/** One request for all rows that are drawn at this moment. The search lists only what the viewer may read. */
async function search() {
  const uids = waiting;
  waiting = [];
  const found = new Set<string>();
  try {
    const url = `/api/search?${uids.map((uid) => `dashboardUIDs=${encodeURIComponent(uid)}`).join('&')}`;
    const { data } = await lastValueFrom(
      getBackendSrv().fetch<Array<{ uid: string }>>({ url, method: 'GET', showErrorAlert: false })
    );
    data.forEach(({ uid }) => found.add(uid));
  } catch {
    // Without an answer there is no link.
  }
  uids.forEach((uid) => readable.set(uid, found.has(uid)));
  listeners.forEach((listener) => listener());
}

/** For tests: the answers belong to one viewer. */
export function forgetDashboards() {
  readable.clear();
  requested.clear();
}
