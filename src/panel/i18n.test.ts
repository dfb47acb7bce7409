import i18next from 'i18next';

import { t } from './i18n';

const ns = 'burnline-workloads-panel';

test('is English where nothing is translated', () => {
  expect(t('no.such-key', '{{count}} of {{what}}, {{missing}}', { count: 2, what: 'a' })).toBe('2 of a, {{missing}}');
});

test('follows the language, with plural forms', async () => {
  await i18next.init({ lng: 'pl', resources: {} });
  i18next.addResourceBundle('pl', ns, {
    group: { workloads_few: '{{count}} usługi', workloads_many: '{{count}} usług', namespace: 'przestrzeń' },
  });
  const workloads = (count: number) => t('group.workloads', '{{count}} workloads', { count });
  expect([workloads(3), workloads(12)]).toEqual(['3 usługi', '12 usług']);
  expect(t('group.namespace', 'namespace')).toBe('przestrzeń');
  expect(t('group.none', 'none')).toBe('none');

  await i18next.changeLanguage('en');
  expect(workloads(3)).toBe('3 workloads');
});
