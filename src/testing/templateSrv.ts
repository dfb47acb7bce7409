import type { TemplateSrv } from '@grafana/runtime';

interface Variable {
  value: string | string[];
  multi?: boolean;
}

/**
 * The parts of Grafana's variable replacement that Burnline uses. Plugins cannot import Grafana's
 * own.
 */
export function templateSrvWith(variables: Record<string, Variable>): TemplateSrv {
  const replace = (text = '', _?: unknown, format?: string | Function) =>
    text.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => {
      const variable = variables[name];
      if (!variable) {
        return whole;
      }
      if (typeof format === 'function') {
        return format(variable.value, { name, multi: variable.multi ?? false, includeAll: false });
      }
      if (!Array.isArray(variable.value)) {
        return variable.value;
      }
      return format === 'csv' ? variable.value.join(',') : `{${variable.value.join(',')}}`;
    });
  return {
    replace,
    getVariables: () => Object.keys(variables).map((name) => ({ name })),
    containsTemplate: (text?: string) => /\$/.test(text ?? ''),
    updateTimeRange: () => undefined,
  } as unknown as TemplateSrv;
}
