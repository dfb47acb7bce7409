import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import { merge } from 'webpack-merge';

import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';

// The scaffold copies the logos of the root plugin only; the nested panel's have to come along too.
const nestedPanelImages = new CopyWebpackPlugin({ patterns: [{ from: 'panel/img/**/*', to: '.' }] });

const config = async (env: Env): Promise<Configuration> =>
  merge(await grafanaConfig(env), { plugins: [nestedPanelImages] });

export default config;
