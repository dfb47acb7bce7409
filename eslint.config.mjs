import { defineConfig } from 'eslint/config';
import baseConfig from './.config/eslint.config.mjs';

export default defineConfig([
  {
    ignores: [
      '**/node_modules/',
      'dist/',
      'coverage/',
      'archives/',
      'test-results/',
      'playwright-report/',
      'blob-report/',
      'playwright/.cache/',
      'playwright/.auth/',
    ],
  },
  ...baseConfig,
  // Programs and data do not speak or know. The Go counterpart is internal/checks/names_test.go.
  {
    files: ['src/**/*.{ts,tsx}', 'devstack/page/**/*.{ts,tsx}', 'tests/**/*.ts'],
    rules: {
      'id-denylist': [
        'error',
        ...['asked', 'asking', 'asks', 'beside', 'knows', 'newborns', 'nobody', 'said', 'says', 'somebody'],
        ...['speaks', 'stands', 'tell', 'tells', 'told', 'wants', 'whose'],
      ],
    },
  },
  // The scaffold's patterns reach only what is below src/. Playwright's fixtures have a `use` that is no hook.
  { files: ['*.ts', 'tests/**/*.ts'], rules: { 'react-hooks/rules-of-hooks': 'off' } },
  // The demo page is compiled with React's automatic runtime.
  { files: ['devstack/page/**/*.{ts,tsx}'], rules: { 'react/react-in-jsx-scope': 'off' } },
]);
