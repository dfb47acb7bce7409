import { readFileSync } from 'fs';
import path from 'path';

import { expect, test, violations } from './fixtures';

const catalog = readFileSync(path.join(__dirname, '../../devstack/workloads/kubernetes.yaml'), 'utf8');

test('a cluster with none of the metrics is told what was looked for and how to turn it on', async ({
  page,
  changeSettings,
}) => {
  const url = process.env.EMPTY_PROMETHEUS_URL;
  expect(url, 'EMPTY_PROMETHEUS_URL, which "go tool mage test:browser" sets').toBeTruthy();
  await changeSettings({ url, jsonData: { catalog } });
  await page.goto('/#/dashboards');
  await page.getByRole('button', { name: 'Import Burnline: Kubernetes workloads' }).click();

  const panel = (title: string) => page.locator(`[data-testid="panel"][data-title="${title}"]`);
  const promised = panel('SLOs by workload');
  await expect(promised).toContainText('kube_deployment_status_replicas_available');
  await expect(promised).toContainText('kube-prometheus-stack installs it');
  await expect(promised.getByText('No workloads found')).toBeInViewport();
  const used = panel('Resource usage');
  await expect(used).toContainText('container_memory_working_set_bytes');
  await expect(used).toContainText('To turn it on: kube-prometheus-stack scrapes it');
  expect(await violations(page, 'main')).toEqual([]);
  await page.screenshot({ path: 'test-results/empty-cluster-dark.png', fullPage: true });
});
