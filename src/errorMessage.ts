import { isFetchError } from '@grafana/runtime';

/** What to tell the user about a failed request: the backend's own words where it said something. */
export function errorMessage(error: unknown): string {
  if (isFetchError(error)) {
    return error.data?.message || error.data?.error || error.statusText || `the server answered ${error.status}`;
  }
  return error instanceof Error ? error.message : String(error);
}
