import { LinkModel } from '@grafana/data';

import { WorkloadRow } from './rows';

/**
 * The distinct data links of this row in the panel's field config. Those of its labels come first.
 */
export function rowLinks({ fields, index }: WorkloadRow): LinkModel[] {
  const links = Object.values(fields).flatMap((field) =>
    field?.config.links?.length ? (field.getLinks?.({ valueRowIndex: index }) ?? []) : []
  );
  return [...new Map(links.map((link) => [`${link.title} ${link.href}`, link])).values()];
}
