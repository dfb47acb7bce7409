import type { APIRequestContext, Page } from '@playwright/test';

import { expect, faultsOf, test as base } from './fixtures';

/** A new Grafana, as a user sees it after the first login. */
export interface EmptyGrafana {
  page: Page;
}

/**
 * Tests with their own organization: without data sources and dashboards, with one user, its
 * administrator.
 */
export const test = base.extend<{ empty: EmptyGrafana }>({
  empty: async ({ browser, request, baseURL }, use, info) => {
    const name = `empty-${info.workerIndex}-${Date.now()}`;
    const password = 'only-for-this-test';
    const { orgId } = await post<{ orgId: number }>(request, '/api/orgs', { name });
    const user = { name, login: name, password, OrgId: orgId };
    const { id } = await post<{ id: number }>(request, '/api/admin/users', user);
    await request.patch(`/api/orgs/${orgId}/users/${id}`, { data: { role: 'Admin' } });

    const context = await browser.newContext({
      baseURL,
      locale: 'en-US',
      storageState: undefined,
      viewport: { width: 1280, height: 900 },
    });
    await post(context.request, '/login', { user: name, password });
    const page = await context.newPage();
    const faults = faultsOf(page);
    await use({ page });
    expect(faults, 'errors in the console and failed requests').toEqual([]);

    await context.close();
    await request.delete(`/api/admin/users/${id}`);
    await request.delete(`/api/orgs/${orgId}`);
  },
});

async function post<T>(request: APIRequestContext, url: string, data: object): Promise<T> {
  const answer = await request.post(url, { data });
  if (!answer.ok()) {
    throw new Error(`${url}: ${answer.status()} ${await answer.text()}`);
  }
  return answer.json();
}
