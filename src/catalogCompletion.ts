/** The part of JSON Schema that the catalog's schema uses. */
export interface Schema {
  type?: string;
  description?: string;
  enum?: Array<string | number>;
  examples?: Array<string | number>;
  default?: string | number;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
}

export interface Suggestion {
  label: string;
  /** The text to insert. `$0` marks the position of the cursor. */
  insert: string;
  description?: string;
  /** A key, or a value. */
  kind: 'key' | 'value';
}

/** Completions at the end of the text, from the catalog's schema: missing keys, or values. */
export function suggestionsAt(schema: Schema, before: string): Suggestion[] {
  const lines = before.split('\n');
  const current = lines[lines.length - 1];
  if (/(^|\s)#/.test(current)) {
    return [];
  }
  const value = /^(\s*(?:-\s+)*)([\w-]+):\s+\S*$/.exec(current);
  const { path, siblings } = placeOf(lines);
  const parent = at(schema, path);
  if (value) {
    return valuesOf(parent?.properties?.[value[2]] ?? additional(parent));
  }
  if (!/^\s*(?:-\s+)*[\w-]*$/.test(current)) {
    return [];
  }
  const list = /-\s+[\w-]*$/.test(current) && !parent?.properties ? valuesOf(parent) : [];
  return [...keysOf(parent, siblings), ...list];
}

interface Place {
  /** Field names; `[]` is an element of a list. */
  path: string[];
  /** The keys of the mapping at the cursor. */
  siblings: string[];
}

/** A mapping or list that contains the current line. */
interface Open {
  step: string;
  column: number;
  keys: string[];
}

/** The path of the last line, from indentation only: incomplete text is seldom valid YAML. */
function placeOf(lines: string[]): Place {
  const root: Open = { step: '', column: -1, keys: [] };
  let open: Open[] = [root];
  // A list element may have the same indentation as the key of the list.
  const closeFor = (column: number, isDash: boolean) => {
    open = open.filter((one) => one.column < column || (isDash && one.column === column && one.step !== '[]'));
  };
  lines.forEach((line, index) => {
    const isLast = index === lines.length - 1;
    if (!isLast && (!line.trim() || line.trim().startsWith('#'))) {
      return;
    }
    const { indent, dashes, key } = shapeOf(line);
    for (let n = 0; n < dashes; n++) {
      closeFor(indent + 2 * n, true);
      open.push({ step: '[]', column: indent + 2 * n, keys: [] });
    }
    const column = indent + 2 * dashes;
    closeFor(column, false);
    if (key && !isLast) {
      open[open.length - 1].keys.push(key);
      open.push({ step: key, column, keys: [] });
    }
  });
  return { path: open.slice(1).map(({ step }) => step), siblings: open[open.length - 1].keys };
}

function shapeOf(line: string): { indent: number; dashes: number; key?: string } {
  const [, space, dashes, rest] = /^(\s*)((?:-\s+)*)(.*)$/.exec(line)!;
  const key = /^(['"]?)([\w.-]+)\1:(?:\s|$)/.exec(rest);
  return { indent: space.length, dashes: (dashes.match(/-/g) ?? []).length, key: key?.[2] };
}

function at(schema: Schema | undefined, path: string[]): Schema | undefined {
  return path.reduce<Schema | undefined>((node, step) => {
    const fitting = variants(node);
    for (const one of fitting) {
      const next = step === '[]' ? one.items : (one.properties?.[step] ?? additional(one));
      if (next) {
        return next;
      }
    }
    return undefined;
  }, schema);
}

function variants(node?: Schema): Schema[] {
  return node ? [node, ...(node.anyOf ?? []).flatMap(variants)] : [];
}

function additional(node?: Schema): Schema | undefined {
  return typeof node?.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

function keysOf(node: Schema | undefined, siblings: string[]): Suggestion[] {
  return variants(node)
    .flatMap((one) =>
      Object.entries(one.properties ?? {}).map(([key, of]) => ({ key, of, needed: one.required?.includes(key) }))
    )
    .filter(({ key }) => !siblings.includes(key))
    .sort((a, b) => Number(b.needed ?? false) - Number(a.needed ?? false))
    .map(({ key, of }) => ({
      label: key,
      insert: `${key}:${of.properties || of.items ? '' : ' '}`,
      description: of.description,
      kind: 'key',
    }));
}

function valuesOf(node?: Schema): Suggestion[] {
  const values = variants(node).flatMap((one) => [...(one.enum ?? []), ...(one.examples ?? [])]);
  return [...new Set(values)].map((value) => ({
    label: String(value),
    insert: written(value),
    description: value === node?.default ? `${node.description} (default)` : node?.description,
    kind: 'value',
  }));
}

/** A value as YAML, in quotes if YAML would parse it as another type. */
function written(value: string | number): string {
  const text = String(value);
  const plain = typeof value === 'number' || /^[\w./-][\w./:{}=,"'()~ ;-]*$/.test(text);
  const flow = /^[[{]/.test(text);
  return flow || (plain && !/[{},]|: | #/.test(text)) ? text : `'${text.replace(/'/g, "''")}'`;
}
