import type { ComboboxOption } from '@grafana/ui';

import { t } from '../i18n';
import { errorMessage } from '../errorMessage';

/** What the server knows as options; when it cannot be asked, a line that says why. Anything can be typed all the same. */
export async function suggestions(
  find: () => Promise<string[]>,
  more: ComboboxOption[] = []
): Promise<ComboboxOption[]> {
  try {
    return [...(await find()).map((value) => ({ value })), ...more];
  } catch (error) {
    return [
      ...more,
      { value: '', label: t('suggestions.none', 'No suggestions'), description: errorMessage(error), infoOption: true },
    ];
  }
}
