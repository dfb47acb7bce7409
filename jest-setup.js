// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';

import { configure } from '@testing-library/react';

// Rendering Grafana's components in jsdom takes seconds on a busy machine.
configure({ asyncUtilTimeout: 20_000 });

// jsdom lays nothing out, and lists that draw only what is visible would draw nothing.
Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: { configurable: true, get: () => 600 },
  offsetWidth: { configurable: true, get: () => 1400 },
});
