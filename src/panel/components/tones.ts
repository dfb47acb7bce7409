import { GrafanaTheme2, colorManipulator } from '@grafana/data';

import { Tone } from '../state';

/** WCAG AA requires 4.5 for text. The rest compensates for the tint of cells. */
const TEXT_CONTRAST = 5.3;
/** WCAG AA for shapes and bars. */
const SHAPE_CONTRAST = 3;

/** The theme's color for text of this tone, readable on the panel and on its headings. */
export function toneText(theme: GrafanaTheme2, tone: Tone): string {
  return readableText(theme, toneColor(theme, tone));
}

/** The color, changed until text in it is readable on the panel and on its headings. */
export function readableText(theme: GrafanaTheme2, color: string): string {
  return readable(theme, color, TEXT_CONTRAST);
}

/** The theme's color for shapes and bars of this tone. */
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

/** The results of `readable`: hundreds of cells use the same few colors. */
const known = new WeakMap<GrafanaTheme2, Map<string, string>>();

function readable(theme: GrafanaTheme2, color: string, contrast: number): string {
  const colors = known.get(theme) ?? new Map<string, string>();
  known.set(theme, colors);
  const key = `${contrast} ${color}`;
  const found = colors.get(key) ?? standOut(theme, color, contrast);
  colors.set(key, found);
  return found;
}

/** The color with the given contrast to the background, changed step by step. */
function standOut(theme: GrafanaTheme2, color: string, contrast: number): string {
  const { primary, secondary } = theme.colors.background;
  const ratio = (on: string) => colorManipulator.getContrastRatio(result, on);
  let result = color;
  for (let step = 0; step < 20 && Math.min(ratio(primary), ratio(secondary)) < contrast; step++) {
    result = theme.isDark ? colorManipulator.lighten(result, 0.05) : colorManipulator.darken(result, 0.05);
  }
  return result;
}
