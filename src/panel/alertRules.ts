import { LinkModel, PanelData, locationUtil, urlUtil } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { useEffect, useState } from 'react';
import { lastValueFrom } from 'rxjs';

import { hasRight } from './access';
import { t } from './i18n';
import { sourceOf } from './rowQuery';
import { WorkloadRow } from './rows';

interface AlertRule {
  uid?: string;
  name: string;
  queriedDatasourceUIDs?: string[];
  /** The alert of the row, if the rule has one. */
  alerts?: Array<{ state: string }>;
}

interface Rules {
  data: { groups: Array<{ rules: AlertRule[] }> };
}

/** Links more than this are a list. */
const MAX_LINKS = 3;

/**
 * Links to the alert rules with an alert for this row: to those that fire, if any does. While they are unknown, or if
 * there are many, it is the list of the rules that read the data source.
 */
export function useRuleLinks(row: WorkloadRow, { request }: Pick<PanelData, 'request'>): LinkModel[] {
  const [rules, setRules] = useState<AlertRule[]>([]);
  const source = sourceOf(row, request);
  const uid = source?.uid;
  const labels = JSON.stringify({ slo: row.slo, ...row.labels });
  useEffect(() => {
    if (!uid || !hasRight('alert.rules:read')) {
      return undefined;
    }
    let isCurrent = true;
    void rulesFor(uid, JSON.parse(labels)).then((found) => isCurrent && setRules(found));
    return () => {
      isCurrent = false;
    };
  }, [uid, labels]);
  if (!source) {
    return [];
  }
  const link = (title: string, path: string): LinkModel => ({
    title,
    href: locationUtil.assureBaseUrl(path),
    target: undefined,
    origin: row,
  });
  if (rules.length === 0 || rules.length > MAX_LINKS) {
    const search = `datasource:${JSON.stringify(source.name)}`;
    return [link(t('link.rules', 'Alert rules'), urlUtil.renderUrl('/alerting/list', { search }))];
  }
  return rules.map(({ uid, name }) =>
    link(
      rules.length === 1 ? t('link.rule', 'Alert rule') : t('link.rule-named', 'Alert rule {{name}}', { name }),
      `/alerting/grafana/${uid}/view`
    )
  );
}

/** Grafana applies the matchers to the alerts of a rule. Versions before 12.1 ignore the data source. */
async function rulesFor(uid: string, labels: Record<string, string>): Promise<AlertRule[]> {
  const matcher = Object.entries(labels).map(([name, value]) =>
    JSON.stringify({ name, value, isRegex: false, isEqual: true })
  );
  const url = urlUtil.renderUrl('/api/prometheus/grafana/api/v1/rules', {
    datasource_uid: uid,
    limit_alerts: 1,
    matcher,
  });
  try {
    const { data } = await lastValueFrom(getBackendSrv().fetch<Rules>({ url, method: 'GET', showErrorAlert: false }));
    const rules = data.data.groups
      .flatMap((group) => group.rules)
      .filter(
        ({ uid: rule, alerts, queriedDatasourceUIDs: sources = [] }) => rule && alerts?.length && sources.includes(uid)
      );
    const firing = rules.filter(({ alerts }) => alerts?.some(({ state }) => state.startsWith('Alerting')));
    return firing.length > 0 ? firing : rules;
  } catch {
    return [];
  }
}
