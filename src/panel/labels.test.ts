import { identify, labelRoles, labelsKey } from './labels';

describe('labelRoles', () => {
  it.each([
    [['namespace', 'workload', 'workload_type'], { name: 'workload', namespace: 'namespace', kind: 'workload_type' }],
    [
      ['destination_workload_namespace', 'destination_workload'],
      { name: 'destination_workload', namespace: 'destination_workload_namespace' },
    ],
    [['k8s.namespace.name', 'k8s.deployment.name'], { name: 'k8s.deployment.name', namespace: 'k8s.namespace.name' }],
    [['cluster', 'job'], { name: 'job' }],
    [['cluster', 'route'], { name: 'route' }],
    [['namespace'], { name: 'namespace', namespace: 'namespace' }],
    [[], {}],
  ])('of %j', (labels, expected) => {
    expect(labelRoles(labels)).toEqual({ name: undefined, namespace: undefined, kind: undefined, ...expected });
  });
});

describe('identify', () => {
  it('keeps the labels without a role as what tells equal names apart', () => {
    const labels = { cluster: 'eu', namespace: 'shop', workload: 'cart', workload_type: 'deployment' };
    expect(identify(labels, labelRoles(Object.keys(labels)), 'slo')).toEqual({
      name: 'cart',
      namespace: 'shop',
      kind: 'deployment',
      others: ['eu'],
    });
  });

  it('falls back when the row lacks its name', () => {
    expect(identify({ namespace: 'shop' }, { name: 'workload', namespace: 'namespace' }, 'slo').name).toBe('slo');
  });
});

describe('labelsKey', () => {
  it('is the same whatever the order, and for absent and empty labels', () => {
    expect(labelsKey({ a: '1', b: '2', c: '' })).toBe(labelsKey({ b: '2', a: '1' }));
  });

  it('does not confuse values with names', () => {
    expect(labelsKey({ a: 'b","c' })).not.toBe(labelsKey({ a: 'b', c: '' }));
  });
});
