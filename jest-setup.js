// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';

import { configure } from '@testing-library/react';

// Rendering Grafana's components in jsdom takes seconds on a busy machine.
configure({ asyncUtilTimeout: 20_000 });
