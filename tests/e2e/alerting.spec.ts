import { expect, test } from './fixtures';
import { burnline } from './provisioned';

interface Rules {
  data: {
    groups: Array<{
      name: string;
      rules: Array<{ health: string; alerts?: Array<{ state: string; labels: Record<string, string> }> }>;
    }>;
  };
}

/** The firing alerts of the provisioned rules, as "workload severity". */
function firing(rules: Rules): string[] {
  return rules.data.groups
    .filter((group) => group.name === 'burnline page-and-slack')
    .flatMap((group) => group.rules.flatMap((rule) => rule.alerts ?? []))
    .filter((alert) => alert.state === 'Alerting')
    .map((alert) => `${alert.labels.workload} ${alert.labels.severity}`)
    .sort();
}

test('the provisioned rules page for the fast burn of the demo and post the slow one', async ({ request }) => {
  await expect
    .poll(
      async () => {
        const fired = firing(await (await request.get('/api/prometheus/grafana/api/v1/rules')).json());
        // If the demo has run for a while, the fast burn also fires the slow alert.
        return fired.filter((alert) => alert !== 'checkout slack');
      },
      { timeout: 150_000 } // rules are evaluated once a minute
    )
    .toEqual(['checkout page', 'recommendations slack']);
});

test('a provisioned rule can be evaluated in the rule editor', async ({
  gotoAlertRuleEditPage,
  page,
  readProvisionedAlertRule,
}) => {
  const rule = await readProvisionedAlertRule({ fileName: 'rules.yaml' });
  const editor = await gotoAlertRuleEditPage(rule);
  // evaluate() has a short timeout, so the page must be loaded first.
  await expect(page.getByTestId('data-testid alert-rule preview-button')).toBeVisible();
  await expect(editor.evaluate()).toBeOK();
});

test('the backtest dashboard is bundled', async ({ request }) => {
  const answer = await request.get(`/api/plugins/${burnline.type}/dashboards`);
  const dashboards: Array<{ title: string }> = await answer.json();
  expect(dashboards.map((dashboard) => dashboard.title)).toContain('Burnline: Alert policy backtest');
});
