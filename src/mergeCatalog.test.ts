import { mergeCatalog } from './mergeCatalog';

const imported =
  'apiVersion: burnline.dev/v1\npolicies:\n  sloth:\n    - severity: page\nslos:\n  - name: b\n    window: 30d\n';

describe('an imported catalog', () => {
  it('is taken as it is where there was none', () => {
    expect(mergeCatalog('  \n', imported)).toBe(imported);
  });

  it('is put below the SLOs and policies that are there, as deep as they are', () => {
    const existing = '# ours\nslos:\n- name: a # the first\n  window: 7d\n';
    expect(mergeCatalog(existing, imported)).toBe(
      'apiVersion: burnline.dev/v1\n# ours\npolicies:\n  sloth:\n    - severity: page\nslos:\n- name: a # the first\n  window: 7d\n- name: b\n  window: 30d\n'
    );
  });

  it('joins policies', () => {
    const existing = 'apiVersion: burnline.dev/v1\nslos:\n  - name: a\npolicies:\n  calm: []\n';
    expect(mergeCatalog(existing, imported)).toBe(
      'apiVersion: burnline.dev/v1\npolicies:\n  calm: []\n  sloth:\n    - severity: page\nslos:\n  - name: a\n  - name: b\n    window: 30d\n'
    );
  });

  it('stands apart where it cannot be put in', () => {
    expect(mergeCatalog('slos: [{name: a}]', imported)).toBe(`slos: [{name: a}]\n---\n${imported}`);
  });
});
