import { useEffect, useState } from 'react';

import { errorMessage } from './errorMessage';

export interface Answer<T> {
  /** The last result. It stays until the next one arrives. */
  value?: T;
  /** The error of the last request. */
  error?: string;
  /** The request is pending, or about to be sent. */
  pending: boolean;
}

/**
 * Calls `ask` when `question` has not changed for `delayMs`. Results of earlier questions are
 * dropped. `ask` must be stable between renders. No request is sent while `question` is undefined.
 */
export function useAnswer<T>(
  question: string | undefined,
  ask: (question: string) => Promise<T>,
  delayMs = 0
): Answer<T> {
  const [last, setLast] = useState<{ question: string; value?: T; error?: string }>();

  useEffect(() => {
    if (question === undefined) {
      return;
    }
    let current = true;
    const timer = setTimeout(() => {
      ask(question).then(
        (value) => current && setLast({ question, value }),
        (error: unknown) => current && setLast({ question, error: errorMessage(error) })
      );
    }, delayMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [question, ask, delayMs]);

  return {
    value: question === undefined ? undefined : last?.value,
    error: question === undefined ? undefined : last?.error,
    pending: question !== undefined && last?.question !== question,
  };
}
