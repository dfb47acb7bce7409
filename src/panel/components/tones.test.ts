import { colorManipulator, createTheme } from '@grafana/data';

import { Tone } from '../state';
import { toneFill, toneText } from './tones';

const TONES: Tone[] = ['critical', 'serious', 'watch', 'info', 'ok', 'muted'];

describe.each(['dark', 'light'] as const)('in the %s theme', (mode) => {
  const theme = createTheme({ colors: { mode } });
  const { primary, secondary } = theme.colors.background;

  it.each(TONES)('%s can be read on the panel and on its headings', (tone) => {
    for (const background of [primary, secondary]) {
      expect(colorManipulator.getContrastRatio(toneText(theme, tone), background)).toBeGreaterThanOrEqual(4.5);
      expect(colorManipulator.getContrastRatio(toneFill(theme, tone), background)).toBeGreaterThanOrEqual(3);
    }
  });

  it('no two tones look the same', () => {
    expect(new Set(TONES.map((tone) => toneText(theme, tone))).size).toBe(TONES.length);
  });
});
