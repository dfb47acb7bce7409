import React from 'react';
import type { PanelProps } from '@grafana/data';
import { PanelDataErrorView } from '@grafana/runtime';

export function WorkloadsPanel({ id, data, fieldConfig }: PanelProps) {
  return <PanelDataErrorView panelId={id} fieldConfig={fieldConfig} data={data} />;
}
