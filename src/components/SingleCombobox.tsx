import React, { useEffect, useMemo, useRef, type ComponentProps } from 'react';
import { Combobox, type ComboboxOption } from '@grafana/ui';

type Props<T extends string | number> = ComponentProps<typeof Combobox<T>>;

/**
 * Grafana's combobox, which tells a choice once. The original tells it again at every render until its value is the new one,
 * and in Explore and the panel editor telling it renders at once: it would not end. The original also takes options that are made
 * anew for a change of its value: what is typed is lost and, with React 19, the choice of a click right after a render.
 */
export function SingleCombobox<T extends string | number>(props: Props<T>) {
  const { onChange } = props;
  const options = useSame(props.options);
  const value = useSame(props.value);
  const present = typeof value === 'object' ? (value?.value ?? null) : (value ?? null);
  const told = useRef<{ from: T | null; to: T | null }>();
  useEffect(() => {
    told.current = undefined;
  }, [present]);

  const tell = (option: ComboboxOption<T> | null) => {
    if (option?.infoOption) {
      return; // a line to be read, which the original lets one choose
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

/** The value it was at the render before, where nothing in it has changed. */
function useSame<T>(value: T): T {
  const said = typeof value === 'function' ? value : JSON.stringify(value);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- what was said is all that matters of the value
  return useMemo(() => value, [said]);
}
