// The demo page replaces Grafana's frontend, to view and test the built plugins without Grafana.
import { Plugins, loadPlugins } from './pluginLoader';

import { DataSourceInstanceSettings, ThemeContext, createTheme } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { Alert, GlobalStyles, PortalContainer } from '@grafana/ui';
import { useState, version } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './App';
import { Current, startServices } from './services';
import { loadSettings } from './settings';
import { Variables } from './templateSrv';

const THEMES = { dark: createTheme({ colors: { mode: 'dark' } }), light: createTheme({ colors: { mode: 'light' } }) };

interface Loaded {
  plugins: Plugins;
  current: Current;
  settings: DataSourceInstanceSettings;
}

function Host({ loaded, failure }: { loaded?: Loaded; failure?: string }) {
  const [mode, setMode] = useState<keyof typeof THEMES>(
    new URLSearchParams(window.location.search).get('theme') === 'light' ? 'light' : 'dark'
  );
  return (
    <ThemeContext.Provider value={THEMES[mode]}>
      <GlobalStyles />
      {failure && <Alert severity="error" title={failure} />}
      {loaded && (
        <App
          plugins={loaded.plugins}
          current={loaded.current}
          initialSettings={loaded.settings}
          onToggleTheme={() => setMode(mode === 'dark' ? 'light' : 'dark')}
        />
      )}
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

async function start() {
  // Tests check that the page has the expected versions.
  document.documentElement.dataset.react = version;
  const root = createRoot(document.getElementById('root')!);
  try {
    const current: Current = { variables: new Variables() };
    startServices(current);
    await initPluginTranslations('burnline-slo-datasource');
    const [plugins, settings] = await Promise.all([loadPlugins(), loadSettings()]);
    root.render(<Host loaded={{ plugins, current, settings }} />);
  } catch (error) {
    root.render(
      <Host
        failure={`The demo page could not start: ${error instanceof Error ? error.message : JSON.stringify(error)}`}
      />
    );
  }
}

start();
