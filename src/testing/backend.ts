import { setBackendSrv, type BackendSrv, type BackendSrvRequest } from '@grafana/runtime';
import { of, throwError } from 'rxjs';

export interface Sent {
  method: string;
  path: string;
  params?: unknown;
  body?: unknown;
}

export type Respond = (sent: Sent) => unknown;

/**
 * Mocks Grafana's server: it responds to the resource calls of the data source `uid`, and returns the growing list of
 * calls. An Error that `respond` throws reaches the plugin as a failed request.
 */
export function answerResources(uid: string, respond: Respond): Sent[] {
  const sent: Sent[] = [];
  const prefix = `/api/datasources/uid/${uid}/resources/`;
  const fetch = (request: BackendSrvRequest) => {
    const one: Sent = {
      method: request.method ?? 'GET',
      path: request.url.startsWith(prefix) ? request.url.slice(prefix.length) : request.url,
      params: request.params,
      body: request.data,
    };
    sent.push(one);
    try {
      return of({ data: respond(one), status: 200 });
    } catch (error) {
      return throwError(() => ({ status: 502, data: { message: (error as Error).message } }));
    }
  };
  setBackendSrv({ fetch } as unknown as BackendSrv);
  return sent;
}
