// Every machine tests in the same time zone.
process.env.TZ = 'UTC';

const base = require('./.config/jest.config');

module.exports = {
  ...base,
  // Rendering Grafana's components in jsdom takes seconds on a busy machine.
  testTimeout: 60_000,
  // Some dependencies of @grafana/data (d3-color 3.1) ship only .mjs files, which the scaffold's pattern leaves out.
  transform: { '^.+\\.m?(t|j)sx?$': base.transform['^.+\\.(t|j)sx?$'] },
};
