import { GrafanaTheme2, colorManipulator } from '@grafana/data';

import { Tone } from '../state';

/** WCAG AA contrast of text, and of shapes and bars, on the panel's background. */
const TEXT_CONTRAST = 4.5;
const SHAPE_CONTRAST = 3;

/** The theme's colour for words of this tone, readable on the panel's background. */
export function toneText(theme: GrafanaTheme2, tone: Tone): string {
  return readable(theme, toneColor(theme, tone), TEXT_CONTRAST);
}

/** The theme's colour for shapes and bars of this tone. */
export function toneFill(theme: GrafanaTheme2, tone: Tone): string {
  const color = tone === 'muted' ? theme.colors.text.disabled : toneColor(theme, tone);
  return readable(theme, color, SHAPE_CONTRAST);
}

function toneColor(theme: GrafanaTheme2, tone: Tone): string {
  const named = theme.visualization.getColorByName;
  switch (tone) {
    case 'critical':
      return named('red');
    case 'serious':
      return named('orange');
    case 'watch':
      return named('yellow');
    case 'info':
      return named('blue');
    case 'ok':
      return named('green');
    case 'muted':
      return theme.colors.text.secondary;
  }
}

/** The colour moved away from the background, step by step, until it can be read on it. */
export function readable(theme: GrafanaTheme2, color: string, contrast: number): string {
  const background = theme.colors.background.primary;
  let result = color;
  for (let step = 0; step < 12; step++) {
    if (colorManipulator.getContrastRatio(result, background) >= contrast) {
      break;
    }
    result = theme.isDark ? colorManipulator.lighten(result, 0.08) : colorManipulator.darken(result, 0.08);
  }
  return result;
}
