import { getTemplateSrv } from '@grafana/runtime';
import type { ComboboxOption } from '@grafana/ui';

/** The dashboard's template variables, to choose instead of a fixed value. */
export function variableOptions(): ComboboxOption[] {
  return getTemplateSrv()
    .getVariables()
    .map((variable) => ({ value: `\${${variable.name}}`, label: `\${${variable.name}}`, description: 'Variable' }));
}
