import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration, RuleSetRule } from 'webpack';
import { merge } from 'webpack-merge';

import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';

// The scaffold copies the logos of the root plugin only; the nested panel's have to come along too.
const nestedPanelImages = new CopyWebpackPlugin({ patterns: [{ from: 'panel/img/**/*', to: '.' }] });

// The scaffold compiles to ES2015, with a copy of the helpers for spread and async in every module. All browsers that
// Grafana supports know both: a quarter of the size was that.
function withoutHelpers(config: Configuration): Configuration {
  for (const rule of config.module?.rules ?? []) {
    const use = (rule as RuleSetRule)?.use;
    if (use && typeof use === 'object' && 'loader' in use && use.loader === 'swc-loader') {
      (use.options as { jsc: { target: string } }).jsc.target = 'es2020';
    }
  }
  return config;
}

const config = async (env: Env): Promise<Configuration> =>
  merge(withoutHelpers(await grafanaConfig(env)), { plugins: [nestedPanelImages] });

export default config;
