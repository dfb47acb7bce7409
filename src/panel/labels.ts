import { Labels } from '@grafana/data';

/** The labels of a row by meaning: name, namespace and kind. */
export interface Identity {
  name: string;
  namespace?: string;
  /** The kind of the workload, such as "deployment". */
  kind?: string;
  /** Values of all other labels, such as the cluster. */
  others: string[];
}

/** The label of each role, by naming conventions of Kubernetes, Istio and OpenTelemetry. */
export interface LabelRoles {
  name?: string;
  namespace?: string;
  kind?: string;
}

const KIND = /(^|[._])(workload_type|workload_kind|owner_kind|kind)$/;
const NAMESPACE = /(^|[._])namespace([._]name)?$/;
/** The most specific first. */
const NAMES = [
  'workload',
  'deployment',
  'service',
  'app',
  'application',
  'job',
  'model',
  'pod',
  'host',
  'instance',
].map((word) => new RegExp(`(^|[._])${word}([._]name)?$`));

/**
 * The roles of these labels. Without a known name label, the last label is the name: it is usually
 * the most specific.
 */
export function labelRoles(labels: string[]): LabelRoles {
  const kind = labels.find((label) => KIND.test(label));
  const namespace = labels.find((label) => NAMESPACE.test(label));
  const left = labels.filter((label) => label !== kind && label !== namespace);
  const named = NAMES.map((pattern) => left.find((label) => pattern.test(label))).find(Boolean);
  return { name: named ?? left[left.length - 1] ?? namespace, namespace, kind };
}

/** Reads a row's labels by their roles. A row without a name gets `fallback`. */
export function identify(labels: Labels, roles: LabelRoles, fallback: string): Identity {
  const of = (label?: string) => (label ? labels[label] : undefined);
  const used = [roles.name, roles.namespace, roles.kind];
  return {
    name: of(roles.name) ?? fallback,
    namespace: of(roles.namespace),
    kind: of(roles.kind),
    others: Object.keys(labels)
      .filter((label) => !used.includes(label))
      .map((label) => labels[label]),
  };
}

/** A text that is equal for equal labels in any order. Empty labels are absent. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(
    Object.keys(labels)
      .filter((label) => labels[label] !== '')
      .sort()
      .map((label) => [label, labels[label]])
  );
}
