import type { ScopedVars } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';

/**
 * Replaces the template variables in PromQL so that a value never becomes syntax. Within quotes it
 * is text. Outside it is one name, number or duration, or else a quoted text. If the PromQL is only
 * a variable, its value is inserted unchanged: its author wrote the PromQL.
 */
export function replaceInPromQL(promql: string, scopedVars?: ScopedVars): string {
  if (new RegExp(`^\\s*(?:${variable.source})\\s*$`).test(promql)) {
    return getTemplateSrv().replace(promql, scopedVars);
  }
  return promql.replace(token, (part) => {
    if (part.startsWith('#')) {
      return ''; // a comment, which a value could end
    }
    return /^["'`]/.test(part) ? replaceInLiteral(part, scopedVars) : replaceOutside(part, scopedVars);
  });
}

const variable = /\$(?:\w+|\{\w+(?:\.[^:}]+)?(?::[^}]+)?\})|\[\[\w+(?::\w+)?\]\]/;

/** A quoted text, a comment, or a variable outside both. */
const token = new RegExp(`"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|\`[^\`]*\`|#[^\\n]*|${variable.source}`, 'gs');

/**
 * The text of a variable's values: a pattern, if it may have several values or has such a format.
 */
function valueOf(reference: string, scopedVars?: ScopedVars): string | undefined {
  const format = /:([^}\]]+)[}\]]/.exec(reference)?.[1];
  const name = reference.replace(/^[$[{]+|[:\]}].*$/g, '');
  let text: string | undefined;
  const replaced = getTemplateSrv().replace(
    `\${${name}}`,
    scopedVars,
    (value: unknown, { multi, includeAll }: Several) => {
      const values = (Array.isArray(value) ? value : [value]).map(String);
      if (Array.isArray(value) || multi || includeAll || format === 'regex' || format === 'pipe') {
        const alternatives = values.map((one) => one.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
        text = alternatives.length === 1 ? alternatives[0] : `(${alternatives.join('|')})`;
      } else {
        text = values[0];
      }
      return '';
    }
  );
  if (text === undefined && replaced !== `\${${name}}`) {
    return replaced; // "All" with a custom pattern, which Grafana inserts unchanged
  }
  return text;
}

interface Several {
  multi?: boolean;
  includeAll?: boolean;
}

function replaceInLiteral(literal: string, scopedVars?: ScopedVars): string {
  if (!variable.test(literal)) {
    return literal;
  }
  const raw = literal.startsWith('`'); // raw strings have no escapes, so it becomes an ordinary one
  const quote = raw ? '"' : literal[0];
  let out = quote;
  let last = 1;
  const keep = (text: string) => (raw ? escape(text, quote) : text);
  for (const { 0: reference, index } of literal.matchAll(new RegExp(variable.source, 'g'))) {
    const value = valueOf(reference, scopedVars);
    out += keep(literal.slice(last, index)) + (value === undefined ? keep(reference) : escape(value, quote));
    last = index + reference.length;
  }
  return out + keep(literal.slice(last, -1)) + quote;
}

function replaceOutside(reference: string, scopedVars?: ScopedVars): string {
  const value = valueOf(reference, scopedVars);
  if (value === undefined) {
    return reference;
  }
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$|^\d+(?:\.\d+)?$|^(?:\d+(?:ms|[smhdwy]))+$/.test(value)
    ? value
    : `"${escape(value, '"')}"`;
}

function escape(text: string, quote: string): string {
  return text.replace(/\\/g, '\\\\').replaceAll(quote, `\\${quote}`).replace(/\n/g, '\\n').replace(/\r/g, '\\r');
}
