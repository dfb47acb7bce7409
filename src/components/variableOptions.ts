import { getTemplateSrv } from '@grafana/runtime';
import type { ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';

/** The dashboard's template variables as options. */
export function variableOptions(): ComboboxOption[] {
  return getTemplateSrv()
    .getVariables()
    .map(({ name }) => `\${${name}}`)
    .map((value) => ({ value, label: value, description: t('query.variable', 'Variable') }));
}
