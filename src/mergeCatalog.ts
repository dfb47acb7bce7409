/**
 * Appends an imported catalog to an existing one, as text, so that comments and layout of both are
 * kept. Duplicate names are kept, and the backend reports them.
 */
export function mergeCatalog(existing: string, imported: string): string {
  if (existing.trim() === '') {
    return imported;
  }
  const own = sections(existing);
  const added = sections(imported);
  // Text cannot be inserted into a flow mapping or an indented one. Then both lists are kept, and
  // the backend reports it.
  if (!own.slos || !added.slos || own.slos.rest || added.slos.rest) {
    return `${existing.trimEnd()}\n---\n${imported}`;
  }
  const policies = own.policies?.body || added.policies?.body ? section('policies', own.policies, added.policies) : '';
  const head = /^apiVersion:/m.test(own.head) ? own.head.trimEnd() : `${added.head}${own.head}`.trim();
  return [head, policies, section('slos', own.slos, added.slos)].filter(Boolean).join('\n') + '\n';
}

interface Section {
  /** The text after the key in its line. */
  rest: string;
  body: string;
}

function section(name: string, own?: Section, added?: Section): string {
  return [`${name}:`, own?.body.trimEnd(), indented(added?.body.trimEnd(), indentOf(own?.body))]
    .filter(Boolean)
    .join('\n');
}

const keys = ['policies', 'slos'] as const;

/** The parts of a catalog below `policies:` and `slos:`, and the text above them. */
function sections(text: string): { head: string } & Partial<Record<(typeof keys)[number], Section>> {
  const parts: { head: string } & Partial<Record<(typeof keys)[number], Section>> = { head: '' };
  let current: Section | undefined;
  for (const line of text.split('\n')) {
    const key = keys.find((name) => new RegExp(`^${name}:`).test(line));
    if (key) {
      current = {
        rest: line
          .slice(key.length + 1)
          .replace(/#.*/, '')
          .trim(),
        body: '',
      };
      parts[key] = current;
    } else if (/^[a-zA-Z]/.test(line)) {
      current = undefined;
      parts.head += `${line}\n`;
    } else if (current) {
      current.body += `${line}\n`;
    } else {
      parts.head += `${line}\n`;
    }
  }
  return parts;
}

/** The indentation of the entries of a list or mapping; undefined if it is empty. */
function indentOf(body = ''): number | undefined {
  const first = body.split('\n').find((line) => line.trim() && !line.trim().startsWith('#'));
  return first === undefined ? undefined : first.length - first.trimStart().length;
}

function indented(body: string | undefined, indent: number | undefined): string | undefined {
  const own = indentOf(body);
  if (!body || indent === undefined || own === undefined || own === indent) {
    return body;
  }
  return body
    .split('\n')
    .map((line) => (line.trim() ? ' '.repeat(indent) + line.slice(own) : line))
    .join('\n');
}
