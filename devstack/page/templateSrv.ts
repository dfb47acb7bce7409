import { ScopedVars, TypedVariableModel } from '@grafana/data';
import { TemplateSrv } from '@grafana/runtime';

/** The selected values of a dashboard's variable. */
export interface Chosen {
  values: string[];
  /** It may have several values, which are alternatives. */
  multi: boolean;
  /** The value of "All", which Grafana inserts unchanged. */
  all?: string;
}

type Format = string | ((value: unknown, variable: { name: string; multi: boolean }) => string) | undefined;

/** Replaces Grafana's service of template variables, with the formats that data sources use. */
export class Variables implements TemplateSrv {
  /** By name, of the current dashboard. */
  chosen: Record<string, Chosen> = {};

  getVariables = () => Object.keys(this.chosen).map((name) => ({ name }) as TypedVariableModel);

  containsTemplate = (target = '') => Object.keys(this.chosen).some((name) => target.includes(name));

  updateTimeRange = () => {};

  replace = (target = '', scopedVars: ScopedVars = {}, format?: string | Function) =>
    target.replace(
      /\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)\]\]/g,
      (reference, plain?: string, braced?: string, own?: string, old?: string) => {
        const name = plain ?? braced ?? old ?? '';
        const scoped = scopedVars[name];
        const variable = scoped ? { values: [String(scoped.value)], multi: false } : this.chosen[name];
        return variable ? write(name, variable, (own ?? format) as Format) : reference;
      }
    );
}

function write(name: string, { values, multi, all }: Chosen, format: Format): string {
  if (all !== undefined) {
    return all;
  }
  if (typeof format === 'function') {
    return format(multi ? values : values[0], { name, multi });
  }
  switch (format) {
    case 'csv':
      return values.join(',');
    case 'regex': {
      const escaped = values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
      return escaped.length === 1 ? escaped[0] : `(${escaped.join('|')})`;
    }
    default:
      return values.length === 1 ? values[0] : `{${values.join(',')}}`;
  }
}
