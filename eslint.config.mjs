import { defineConfig } from 'eslint/config';
import i18n from '@grafana/i18n/eslint-plugin';
import baseConfig from './.config/eslint.config.mjs';

const untranslated = i18n.rules['no-untranslated-strings'];

// Whether a text is the placeholder of a field: an example of a value, in PromQL or numbers.
const isExample = (node) =>
  node.type === 'JSXAttribute' ? node.name.name === 'placeholder' : node.parent && isExample(node.parent);

// Texts for people are in the locale files.
const texts = {
  rules: {
    untranslated: {
      ...untranslated,
      create: (context) =>
        untranslated.create(
          Object.create(context, {
            report: { value: (found) => isExample(found.node) || context.report(found) },
          })
        ),
    },
  },
};

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
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/**/*.test.*', 'src/**/testing/**', 'src/dashboards/**'],
    plugins: { texts },
    rules: { 'texts/untranslated': ['error', { calleesToIgnore: ['^css$', 'use[A-Z].*'] }] },
  },
  // The scaffold's patterns reach only what is below src/. Playwright's fixtures have a `use` that is no hook.
  { files: ['*.ts', 'tests/**/*.ts'], rules: { 'react-hooks/rules-of-hooks': 'off' } },
  // The demo page is compiled with React's automatic runtime.
  { files: ['devstack/page/**/*.{ts,tsx}'], rules: { 'react/react-in-jsx-scope': 'off' } },
]);
