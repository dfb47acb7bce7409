import { UrlQueryMap } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { useCallback, useEffect, useRef, useState } from 'react';

import { EVERYTHING, Filter } from './filter';
import { Order, WORST_FIRST } from './order';
import { STATES, State } from './state';

/** What a reader has changed in a panel. It is in the URL of the dashboard, so that a reload or another person has it too. */
export interface View {
  filter: Filter;
  order: Order;
  /** Names of collapsed groups. */
  collapsed: ReadonlySet<string>;
  /** Keys of opened rows. */
  open: ReadonlySet<string>;
}

const INITIAL: View = { filter: EVERYTHING, order: WORST_FIRST, collapsed: new Set(), open: new Set() };

/** The parameters of a panel, all of which begin with its id. An undefined one is not in the URL. */
export function viewParams(id: number, { filter, order, collapsed, open }: View): Record<string, string[] | undefined> {
  const isDefault = order.column === WORST_FIRST.column && order.reversed === WORST_FIRST.reversed;
  const params = {
    filter: filter.text.trim() ? [filter.text] : [],
    state: [...filter.states],
    sort: isDefault ? [] : [`${order.reversed ? '-' : ''}${order.column}`],
    closed: [...collapsed],
    open: [...open],
  };
  return Object.fromEntries(
    Object.entries(params).map(([name, values]) => [`burnline-${id}-${name}`, values.length > 0 ? values : undefined])
  );
}

/** The view that the parameters of a panel describe. Unknown states and malformed values are ignored. */
export function viewOf(id: number, query: UrlQueryMap): View {
  const all = (name: string) => {
    const value = query[`burnline-${id}-${name}`];
    // Grafana reads the text "true" as a boolean.
    return (Array.isArray(value) ? value : [value]).filter((each) => each !== undefined && each !== null).map(String);
  };
  const [sort] = all('sort');
  const states = all('state').filter((state): state is State => (STATES as readonly string[]).includes(state));
  return {
    filter: { text: all('filter')[0] ?? '', states },
    order: sort ? { column: sort.replace(/^-/, ''), reversed: sort.startsWith('-') } : WORST_FIRST,
    collapsed: new Set(all('closed')),
    open: new Set(all('open')),
  };
}

/** Browsers limit how often the URL changes. */
const WRITE_AFTER_MS = 300;

export type ChangeView = (change: (last: View) => Partial<View>) => void;

/** The view of the panel with this id, which follows the URL and is written to it. Without an id it is only kept. */
export function useView(id: number | undefined): [View, ChangeView] {
  const [view, setView] = useState(() => (id === undefined ? INITIAL : viewOf(id, locationService.getSearchObject())));
  // What the URL had when it was last read or written: another text is a link that was followed.
  const inURL = useRef<string>(undefined);

  useEffect(() => {
    if (id === undefined) {
      return undefined;
    }
    inURL.current ??= textInURL(id);
    const params = viewParams(id, view);
    if (JSON.stringify(params) === inURL.current) {
      return undefined;
    }
    const timer = setTimeout(() => {
      inURL.current = JSON.stringify(params);
      locationService.partial(params, true);
    }, WRITE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [id, view]);

  useEffect(() => {
    if (id === undefined) {
      return undefined;
    }
    const subscription = locationService.getLocationObservable().subscribe(() => {
      const text = textInURL(id);
      if (inURL.current !== undefined && inURL.current !== text) {
        inURL.current = text;
        setView(viewOf(id, locationService.getSearchObject()));
      }
    });
    return () => subscription.unsubscribe();
  }, [id]);

  const change = useCallback<ChangeView>((how) => setView((last) => ({ ...last, ...how(last) })), []);
  return [view, change];
}

function textInURL(id: number): string {
  return JSON.stringify(viewParams(id, viewOf(id, locationService.getSearchObject())));
}

/** The set with the name, or without it if it has the name. */
export function toggled(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(names);
  if (!next.delete(name)) {
    next.add(name);
  }
  return next;
}
