// The order matters: named-register is last, because its window.define makes UMD libraries register
// as AMD.
import { sharedDependencies } from './sharedDependencies';
import 'systemjs/dist/system.js';
import 'systemjs/dist/extras/amd.js';
import 'systemjs/dist/extras/named-register.js';

import { DataSourcePlugin, PanelPlugin } from '@grafana/data';

interface SystemLoader {
  set(id: string, module: object): void;
  addImportMap(map: { imports: Record<string, string> }): void;
  import<T>(id: string): Promise<T>;
}

const system = (window as unknown as { System: SystemLoader }).System;

export interface Plugins {
  datasource: DataSourcePlugin<any, any, any, any>;
  panel: PanelPlugin<any, any>;
}

/** Loads the built modules of both plugins from their paths in Grafana. */
export async function loadPlugins(): Promise<Plugins> {
  for (const [name, module] of Object.entries(sharedDependencies)) {
    system.set(`package:${name}`, module);
    system.addImportMap({ imports: { [name]: `package:${name}` } });
  }
  const [datasource, panel] = await Promise.all([
    loadPlugin<Plugins['datasource']>('burnline-slo-datasource'),
    loadPlugin<Plugins['panel']>('burnline-workloads-panel'),
  ]);
  return { datasource, panel };
}

async function loadPlugin<T>(id: string): Promise<T> {
  const module = await system.import<{ plugin?: T }>(`/public/plugins/${id}/module.js`);
  if (!module.plugin) {
    throw new Error(`module.js of ${id} exports no plugin; build it with npm run build`);
  }
  return module.plugin;
}
