import {
  EventBusSrv,
  FieldConfigSource,
  LoadingState,
  PanelData,
  PanelPlugin,
  applyFieldOverrides,
} from '@grafana/data';
import { PanelChrome, useTheme2 } from '@grafana/ui';
import { useMemo, useRef, useState } from 'react';

import { useSize } from './useSize';

interface Props {
  plugin: PanelPlugin;
  title: string;
  data: PanelData;
  timeZone: string;
  /** As saved in a dashboard; default: the panel's. */
  options?: object;
  fieldConfig?: FieldConfigSource;
}

/**
 * A panel as on a dashboard: in its frame, with the field config applied to the frames. It fills
 * its parent.
 */
export function PluginPanel({ plugin, title, data, timeZone, ...saved }: Props) {
  const theme = useTheme2();
  const place = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(place);
  const [options, setOptions] = useState(() => ({ ...plugin.defaults, ...saved.options }));
  const [fieldConfig, setFieldConfig] = useState<FieldConfigSource>(
    () => saved.fieldConfig ?? plugin.fieldConfigDefaults
  );
  const eventBus = useMemo(() => new EventBusSrv(), []);
  const series = useMemo(
    () =>
      applyFieldOverrides({
        data: data.series,
        fieldConfig,
        fieldConfigRegistry: plugin.fieldConfigRegistry,
        replaceVariables: (value) => value,
        theme,
        timeZone,
      }),
    [data.series, fieldConfig, plugin, theme, timeZone]
  );
  const shown = useMemo(() => ({ ...data, series }), [data, series]);
  const Panel = plugin.panel!;
  const message = data.state === LoadingState.Error ? data.errors?.[0]?.message : undefined;

  return (
    <div ref={place} style={{ flex: '1 1 0', minHeight: 0, minWidth: 0 }}>
      {width > 0 && (
        <PanelChrome
          title={title}
          width={width}
          height={height}
          padding={plugin.noPadding ? 'none' : 'md'}
          loadingState={data.state}
          statusMessage={message}
        >
          {(innerWidth, innerHeight) => (
            <Panel
              id={1}
              title={title}
              data={shown}
              timeRange={data.timeRange}
              timeZone={timeZone}
              options={options}
              fieldConfig={fieldConfig}
              transparent={false}
              width={innerWidth}
              height={innerHeight}
              renderCounter={0}
              eventBus={eventBus}
              replaceVariables={(value) => value}
              onOptionsChange={setOptions}
              onFieldConfigChange={setFieldConfig}
              onChangeTimeRange={() => {}}
            />
          )}
        </PanelChrome>
      )}
    </div>
  );
}
