import { getTemplateSrv } from '@grafana/runtime';
import type { ComboboxOption } from '@grafana/ui';

/** The dashboard's template variables as options. */
export function variableOptions(): ComboboxOption[] {
  return getTemplateSrv()
    .getVariables()
    .map((variable) => ({ value: `\${${variable.name}}`, label: `\${${variable.name}}`, description: 'Variable' }));
}
