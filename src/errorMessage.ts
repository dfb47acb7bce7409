import { isFetchError } from '@grafana/runtime';

/** The message of a failed request for the user: that of the backend, if there is one. */
export function errorMessage(error: unknown): string {
  if (isFetchError(error)) {
    return error.data?.message || error.data?.error || error.statusText || `the server answered ${error.status}`;
  }
  return error instanceof Error ? error.message : String(error);
}
