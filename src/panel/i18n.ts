import { translator } from '../translator';
import pluginJson from './plugin.json';

/** The text of a key in the panel. */
export const t = translator(pluginJson.id);
