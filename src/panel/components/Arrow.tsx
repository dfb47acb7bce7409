import React from 'react';

/** Whether a line is expanded. It is not an Icon, which would be parsed for each line. */
export function Arrow({ open }: { open: boolean }) {
  return (
    <svg
      style={{ flex: 'none' }}
      width={16}
      height={16}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={open ? 'M4.5 6.5 8 10l3.5-3.5' : 'M6.5 4.5 10 8l-3.5 3.5'} />
    </svg>
  );
}
