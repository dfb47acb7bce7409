import CopyWebpackPlugin from 'copy-webpack-plugin';
import TerserPlugin from 'terser-webpack-plugin';
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

// No function here is called with new but classes, which is all that arrow functions cannot do.
function withArrows(config: Configuration): Configuration {
  const minimizer = new TerserPlugin({
    terserOptions: {
      format: { comments: (_, { type, value }) => type === 'comment2' && value.trim().startsWith('[create-plugin]') },
      compress: { drop_console: ['log', 'info'], ecma: 2020, passes: 3, unsafe_arrows: true },
    },
  });
  return { ...config, optimization: { ...config.optimization, minimizer: [minimizer] } };
}

const config = async (env: Env): Promise<Configuration> =>
  merge(withArrows(withoutHelpers(await grafanaConfig(env))), { plugins: [nestedPanelImages] });

export default config;
