import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';

import { backtest } from './backtest';
import { fleet } from './fleet';
import { INPUT } from './frame';
import { kubernetes } from './kubernetes';
import { DATASOURCE } from './query';
import { report } from './report';
import { slo } from './slo';
import { spent } from './spent';
import { workload } from './workload';

/** A dashboard for the Dashboards tab, with the data source as an input. */
type Importable = dashboard.Dashboard & { __inputs: object[] };

/** The bundled dashboards by file name. */
export function bundled(): Record<string, Importable> {
  return {
    fleet: importable(fleet()),
    kubernetes: importable(kubernetes()),
    workload: importable(workload()),
    slo: importable(slo()),
    spent: importable(spent()),
    report: importable(report()),
    backtest: importable(backtest()),
  };
}

function importable(builder: dashboard.DashboardBuilder): Importable {
  const input = {
    name: INPUT,
    label: 'Burnline',
    description: 'The data source with the SLOs',
    type: 'datasource',
    pluginId: DATASOURCE.type,
    pluginName: 'Burnline',
  };
  const built = builder.build();
  // Links to a panel go by its id. Panels of rows come last.
  let id = built.panels?.length ?? 0;
  const panels = built.panels?.map((panel, index) => ({
    ...panel,
    id: panel.id || index + 1,
    ...('panels' in panel && { panels: panel.panels.map((inner) => ({ ...inner, id: ++id })) }),
  }));
  return { __inputs: [input], ...built, panels };
}

/** The content of the file. */
export function fileText(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
