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
  const told = useRef<{ from: T | null; to: T | null } | undefined>(undefined);
  useEffect(() => {
    told.current = undefined;
  }, [present]);

  const tell = (option: ComboboxOption<T> | null) => {
    if (option && 'infoOption' in option && option.infoOption) {
      return; // an informational line, which the original allows to select
    }
    const to = option?.value ?? null;
    if (to === present || (told.current?.from === present && told.current.to === to)) {
      return;
    }
    told.current = { from: present, to };
    (onChange as (option: ComboboxOption<T> | null) => void)(option);
  };
  return <Combobox<T> {...({ ...props, options, value, onChange: tell } as Props<T>)} />;
}

/** The previous object, if the new one has the same content. */
function useSame<T>(value: T): T {
  const said = typeof value === 'function' ? value : JSON.stringify(value);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- only the reported value matters
  return useMemo(() => value, [said]);
}
