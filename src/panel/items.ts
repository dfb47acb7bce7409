import { Group } from './order';
import { WorkloadRow } from './rows';

/** A line of the table: a workload, the details below it, or the heading of a namespace. */
export type Item =
  | { kind: 'row'; key: string; row: WorkloadRow; open: boolean; pinned?: boolean }
  | { kind: 'detail'; key: string; row: WorkloadRow }
  | { kind: 'group'; key: string; group: Group };

/** Headings and rows in one list; a collapsed group is only its heading. `open` has the keys of opened rows. */
export function listGroups(groups: Group[], collapsed: ReadonlySet<string>, open: ReadonlySet<string>): Item[] {
  return groups.flatMap((group): Item[] => [
    { kind: 'group', key: `namespace ${group.namespace}`, group },
    ...(collapsed.has(group.namespace) ? [] : listRows(group.rows, open, group.pinned)),
  ]);
}

/** `pinned` rows show their namespaces, because they have no heading with it. */
export function listRows(rows: WorkloadRow[], open: ReadonlySet<string>, pinned?: boolean): Item[] {
  return rows.flatMap((row): Item[] =>
    open.has(row.key)
      ? [
          { kind: 'row', key: row.key, row, open: true, pinned },
          { kind: 'detail', key: `detail ${row.key}`, row },
        ]
      : [{ kind: 'row', key: row.key, row, open: false, pinned }]
  );
}
