import { t } from './i18n';

/** Variables that Grafana 13 adds to a new dashboard of the data source: the filters that every query applies. */
export function defaultVariables(datasourceType: string, datasourceUid: string) {
  return [
    {
      kind: 'AdhocVariable' as const,
      group: datasourceType,
      datasource: { name: datasourceUid },
      spec: {
        name: 'filters',
        label: t('filters.label', 'Filters'),
        baseFilters: [],
        filters: [],
        defaultKeys: [],
        hide: 'dontHide' as const,
        skipUrlSync: false,
        allowCustomValue: true,
      },
    },
  ];
}

/** Links that Grafana 13 adds to a new dashboard of the data source: the bundled dashboards, if they are imported. */
export function defaultLinks() {
  return [
    {
      title: 'Burnline',
      type: 'dashboards' as const,
      icon: 'external link',
      tooltip: '',
      url: '',
      tags: ['burnline'],
      asDropdown: true,
      targetBlank: false,
      includeVars: true,
      keepTime: true,
    },
  ];
}
