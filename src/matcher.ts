/** A label matcher of a Prometheus selector. */
export interface Matcher {
  label: string;
  op: '=' | '!=' | '=~' | '!~';
  value: string;
}

export const matcherOps: Array<Matcher['op']> = ['=', '!=', '=~', '!~'];
