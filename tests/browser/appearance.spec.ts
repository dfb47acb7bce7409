import { expect, panelRows, test, violations } from './fixtures';

test('runs in the React of the Grafana that the page stands in for', async ({ page }) => {
  await page.goto('/#/workloads');
  await panelRows(page);
  const react = { '11': /^18\./, '12': /^18\./, '13': /^19\./ }[process.env.PAGE_GRAFANA ?? '12']!;
  await expect(page.locator('html')).toHaveAttribute('data-react', react);
});

for (const theme of ['dark', 'light'] as const) {
  test(`is ${theme} when asked to be, and accessible`, async ({ page }) => {
    await page.goto(`/?theme=${theme}#/workloads`);
    await panelRows(page);
    const panel = page.getByTestId('burnline-workloads-panel');
    const lightness = await panel.evaluate((element) => Number(/\d+/.exec(getComputedStyle(element).color)![0]));
    expect(lightness > 128).toBe(theme === 'dark');
    await page.getByRole('button', { name: 'Burndown of checkout' }).click();
    await expect(page.getByTestId('burn-down').locator('canvas')).toBeVisible();
    await page.screenshot({ path: `test-results/workloads-${theme}.png` });

    expect(await violations(page, '[data-testid="burnline-workloads-panel"]')).toEqual([]);
  });
}

test('switches themes without asking again', async ({ page }) => {
  await page.goto('/#/workloads');
  await panelRows(page);
  const background = () =>
    page.getByRole('main').evaluate((element) => getComputedStyle(element.parentElement!).backgroundColor);
  const dark = await background();
  await page.getByRole('button', { name: 'Light theme' }).click();
  await expect(page.getByRole('button', { name: 'Dark theme' })).toBeVisible();
  expect(await background()).not.toBe(dark);
  await expect(page.getByTestId('workload')).toHaveCount(12);
});
