import type { ComboboxOption } from '@grafana/ui';

import { since124 } from '../grafanaVersion';
import { t } from '../i18n';
import { errorMessage } from '../errorMessage';

/**
 * Names from the server as options; if the request fails, one option with the reason. Other values
 * can be typed.
 */
export async function suggestions(
  find: () => Promise<string[]>,
  more: ComboboxOption[] = []
): Promise<ComboboxOption[]> {
  try {
    return [...(await find()).map((value) => ({ value })), ...more];
  } catch (error) {
    return [
      ...more,
      {
        value: '',
        label: t('suggestions.none', 'No suggestions'),
        description: errorMessage(error),
        ...since124({ infoOption: true }),
      },
    ];
  }
}
