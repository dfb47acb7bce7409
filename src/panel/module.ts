import { PanelPlugin } from '@grafana/data';

import { WorkloadsPanel } from './components/WorkloadsPanel';

export const plugin = new PanelPlugin(WorkloadsPanel);
