import pluginJson from './plugin.json';
import { translator } from './translator';

/** The text of a key in the data source and its editors. */
export const t = translator(pluginJson.id);
