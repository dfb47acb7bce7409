import React, { useEffect, useMemo, useRef, type ComponentProps } from 'react';
import { Combobox, type ComboboxOption } from '@grafana/ui';

type Props<T extends string | number> = ComponentProps<typeof Combobox<T>>;

/**
 * Grafana's combobox with one onChange call for each choice. The original repeats the call at every render until its value
 * changes. In Explore and the panel editor the call causes a render, so that it would not end. The original also treats a new
 * array of options as a change of its value: typed text is lost and, with React 19, a click right after a render.
 */
export function SingleCombobox<T extends string | number>(props: Props<T>) {
  const { onChange } = props;
  const options = useSame(props.options);
  const value = useSame(props.value);
  const present = typeof value === 'object' ? (value?.value ?? null) : (value ?? null);
  const reported = useRef<{ from: T | null; to: T | null } | undefined>(undefined);
  useEffect(() => {
    reported.current = undefined;
  }, [present]);

  const report = (option: ComboboxOption<T> | null) => {
    if (option && 'infoOption' in option && option.infoOption) {
      return; // an informational line, which the original allows to select
    }
    const to = option?.value ?? null;
    if (to === present || (reported.current?.from === present && reported.current.to === to)) {
      return;
    }
    reported.current = { from: present, to };
    (onChange as (option: ComboboxOption<T> | null) => void)(option);
  };
  return <Combobox<T> {...({ ...props, options, value, onChange: report } as Props<T>)} />;
}

/** The previous object, if the new one has the same content. */
function useSame<T>(value: T): T {
  const content = typeof value === 'function' ? value : JSON.stringify(value);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- only the reported value matters
  return useMemo(() => value, [content]);
}
