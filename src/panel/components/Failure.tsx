import { PanelData } from '@grafana/data';
import { Alert } from '@grafana/ui';
import React from 'react';

interface Props {
  messages: string[];
  /** Earlier rows stand below. */
  stale: boolean;
}

/** The answer was an error: its message, and what the rows below are worth, if there are any. */
export function Failure({ messages, stale }: Props) {
  return (
    <Alert severity="error" title="Burnline could not read the workloads" bottomSpacing={0} topSpacing={0}>
      {messages.map((message) => (
        <div key={message}>{message}</div>
      ))}
      {stale && <div>The rows below are from the last refresh that worked.</div>}
    </Alert>
  );
}

/** The distinct messages of an answer that failed, one per query at most. */
export function errorMessages({ errors, error }: PanelData): string[] {
  const all = errors?.length ? errors : error ? [error] : [];
  const messages = all.map((each) => {
    const message = each.message ?? each.data?.message ?? each.statusText ?? 'The data source gave no reason.';
    return each.refId && all.length > 1 ? `${each.refId}: ${message}` : message;
  });
  return [...new Set(messages)];
}
