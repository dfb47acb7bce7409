import { Labels } from '@grafana/data';

/** What the labels of a row are to a reader: who it is, where it lives and what kind it is. */
export interface Identity {
  name: string;
  namespace?: string;
  /** The kind of the workload, such as "deployment". */
  kind?: string;
  /** Values of the labels that are none of these, such as the cluster. */
  others: string[];
}

/** Which label plays which part, found by the naming habits of Kubernetes, Istio and OpenTelemetry. */
export interface LabelRoles {
  name?: string;
  namespace?: string;
  kind?: string;
}

const KIND = /(^|[._])(workload_type|workload_kind|owner_kind|kind)$/;
const NAMESPACE = /(^|[._])namespace([._]name)?$/;
/** Most telling first. */
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

/** The parts that these labels play; the name falls back to the last label, the most specific by habit. */
export function labelRoles(labels: string[]): LabelRoles {
  const kind = labels.find((label) => KIND.test(label));
  const namespace = labels.find((label) => NAMESPACE.test(label));
  const left = labels.filter((label) => label !== kind && label !== namespace);
  const named = NAMES.map((pattern) => left.find((label) => pattern.test(label))).find(Boolean);
  return { name: named ?? left[left.length - 1] ?? namespace, namespace, kind };
}

/** Reads a row's labels by their roles; a row without a name is called by `fallback`. */
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

/** The same text for the same labels, whatever their order. Labels that are "" are absent. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(
    Object.keys(labels)
      .filter((label) => labels[label] !== '')
      .sort()
      .map((label) => [label, labels[label]])
  );
}
