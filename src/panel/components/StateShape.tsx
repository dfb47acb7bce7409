import React from 'react';

import { State } from '../state';

interface Props {
  state: State;
  /** Pixels. */
  size?: number;
}

/** A state as a shape, so that it can be recognized without color. */
export function StateShape({ state, size = 12 }: Props) {
  return (
    <svg
      style={{ flex: 'none' }}
      width={size}
      height={size}
      viewBox="0 0 12 12"
      fill="currentColor"
      aria-hidden="true"
      focusable="false"
    >
      {SHAPES[state]}
    </svg>
  );
}

const SHAPES: Record<State, React.ReactElement> = {
  firing: <path d="M6 0.8 11.6 11.2H0.4Z" />,
  exhausted: <rect x="1.2" y="1.2" width="9.6" height="9.6" rx="0.6" />,
  rising: <path d="M6 0.2 11.8 6 6 11.8 0.2 6Z" />,
  recovering: <path d="M6 11.2 0.4 0.8H11.6Z" />,
  unmeasured: (
    <circle cx="6" cy="6" r="4.8" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.4 1.37" />
  ),
  low: <path d="M0.8 6H11.2A5.2 5.2 0 0 1 0.8 6Z" />,
  ok: <circle cx="6" cy="6" r="4.4" />,
};
