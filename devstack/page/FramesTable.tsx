import {
  DataFrame,
  FieldConfigSource,
  FieldType,
  PanelPlugin,
  applyFieldOverrides,
  formattedValueToString,
  getFieldDisplayName,
} from '@grafana/data';
import { Alert, InteractiveTable, PanelChrome, useTheme2 } from '@grafana/ui';
import { useMemo, useRef } from 'react';

import { useSize } from './useSize';

interface Props {
  title: string;
  frames: DataFrame[];
  message?: string;
  timeZone: string;
  fieldConfig?: FieldConfigSource;
  /** The plugin with the registry of field options. */
  plugin: PanelPlugin;
}

const PLAIN: FieldConfigSource = { defaults: {}, overrides: [] };

/** The first frame that has rows, as a table. It fills its parent. */
export function FramesTable({ title, frames, message, timeZone, fieldConfig = PLAIN, plugin }: Props) {
  const theme = useTheme2();
  const place = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(place);
  const shown = useMemo(
    () =>
      applyFieldOverrides({
        data: frames,
        fieldConfig,
        fieldConfigRegistry: plugin.fieldConfigRegistry,
        replaceVariables: (value) => value,
        theme,
        timeZone,
      }).find(({ length }) => length > 0),
    [frames, fieldConfig, plugin, theme, timeZone]
  );
  // Grafana shows these at the panel's title.
  const notices = [...new Set(frames.flatMap(({ meta }) => meta?.notices ?? []).map(({ text }) => text))];
  return (
    <div ref={place} style={{ flex: '1 1 0', height: '100%', minHeight: 0, minWidth: 0 }} data-testid="frames">
      {width > 0 && (
        <PanelChrome title={title} width={width} height={height} padding="none">
          {(innerWidth, innerHeight) =>
            shown ? (
              <div style={{ width: innerWidth, height: innerHeight, overflow: 'auto' }} tabIndex={0}>
                <Rows frame={shown} />
              </div>
            ) : (
              <div style={{ width: innerWidth, height: innerHeight, overflow: 'auto' }} tabIndex={0}>
                <Alert severity={message ? 'error' : 'info'} title={message ?? 'No rows in this time range'}>
                  {notices.map((text) => (
                    <p key={text}>{text}</p>
                  ))}
                </Alert>
              </div>
            )
          }
        </PanelChrome>
      )}
    </div>
  );
}

function Rows({ frame }: { frame: DataFrame }) {
  const columns = useMemo(
    () => frame.fields.map((field, index) => ({ id: String(index), header: getFieldDisplayName(field, frame) })),
    [frame]
  );
  const data = useMemo(
    () =>
      Array.from({ length: frame.length }, (_, row) =>
        Object.fromEntries(frame.fields.map((_field, index) => [String(index), written(frame, index, row)]))
      ),
    [frame]
  );
  return <InteractiveTable columns={columns} data={data} getRowId={(row) => JSON.stringify(row)} pageSize={50} />;
}

function written(frame: DataFrame, index: number, row: number): string {
  const { type, values, display } = frame.fields[index];
  const value = values[row];
  return value === null || value === undefined
    ? '–'
    : display && type !== FieldType.string
      ? formattedValueToString(display(value))
      : String(value);
}
