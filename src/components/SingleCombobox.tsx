import React, { useEffect, useRef, type ComponentProps } from 'react';
import { Combobox, type ComboboxOption } from '@grafana/ui';

type Props<T extends string | number> = ComponentProps<typeof Combobox<T>>;

/**
 * Grafana's combobox, which tells a choice once. The original tells it again at every render until its value is the new one,
 * and in Explore and the panel editor telling it renders at once: it would not end.
 */
export function SingleCombobox<T extends string | number>(props: Props<T>) {
  const { value, onChange } = props;
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
  return <Combobox<T> {...({ ...props, onChange: tell } as Props<T>)} />;
}
