import { GrafanaTheme2 } from '@grafana/data';

import { Reading } from '../readings';
import { readableText, toneText } from './tones';

/** The colour of a number's text; undefined is that of any text. */
export function readingColor(theme: GrafanaTheme2, { color, tone }: Reading): string | undefined {
  if (color) {
    return readableText(theme, theme.visualization.getColorByName(color));
  }
  return tone && toneText(theme, tone);
}
