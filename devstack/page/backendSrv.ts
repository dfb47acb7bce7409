import { BackendSrv, BackendSrvRequest, FetchError, FetchResponse } from '@grafana/runtime';
import { Observable, defer, lastValueFrom } from 'rxjs';

/** Sends requests of plugins to the page's server, with the errors of Grafana's service. */
export function createBackendSrv(): BackendSrv {
  const fetch = <T>(request: BackendSrvRequest): Observable<FetchResponse<T>> => defer(() => send<T>(request));
  const call =
    (method: string) =>
    async (url: string, body?: unknown): Promise<any> => {
      const payload =
        method === 'GET' || method === 'DELETE' ? { params: body as Record<string, any> } : { data: body };
      return (await lastValueFrom(fetch<any>({ url, method, ...payload }))).data;
    };
  return {
    fetch,
    get: call('GET'),
    post: call('POST'),
    put: call('PUT'),
    patch: call('PATCH'),
    delete: call('DELETE'),
    request: async (request: BackendSrvRequest) => (await lastValueFrom(fetch<any>(request))).data,
    datasourceRequest: (request: BackendSrvRequest) => lastValueFrom(fetch<any>(request)),
    chunked: () => {
      throw new Error('the demo page has no chunked responses');
    },
  } as BackendSrv;
}

async function send<T>(request: BackendSrvRequest): Promise<FetchResponse<T>> {
  const { url, method = 'GET', data, params, headers } = request;
  const query = params && Object.keys(params).length > 0 ? `?${new URLSearchParams(params)}` : '';
  const response = await window.fetch(`/${url.replace(/^\//, '')}${query}`, {
    method,
    headers: { ...headers, ...(data === undefined ? {} : { 'Content-Type': 'application/json' }) },
    body: data === undefined ? undefined : JSON.stringify(data),
    signal: request.abortSignal,
  });
  const body = await readBody(response);
  const { ok, status, statusText, redirected, type } = response;
  if (!ok) {
    const error: FetchError = { status, statusText, data: body, config: request };
    throw error;
  }
  return { data: body as T, status, statusText, ok, headers: response.headers, redirected, type, url, config: request };
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}
