import { GrafanaTheme2 } from '@grafana/data';

import { Reading } from '../readings';
import { readableText, toneText } from './tones';

/** The color of a number; undefined for the default text color. */
export function readingColor(theme: GrafanaTheme2, { color, tone }: Reading): string | undefined {
  if (color) {
    return readableText(theme, theme.visualization.getColorByName(color));
  }
  return tone && toneText(theme, tone);
}
