/** A label matcher of a Prometheus selector. */
export interface Matcher {
  label: string;
  op: '=' | '!=' | '=~' | '!~';
  value: string;
}

export const matcherOps: Array<Matcher['op']> = ['=', '!=', '=~', '!~'];

/** A plain selector in parts, as in a form. */
export interface Selector {
  metric: string;
  matchers: Matcher[];
}

const string = '"(?:[^"\\\\]|\\\\.)*"|\'(?:[^\'\\\\]|\\\\.)*\'|`[^`]*`';
const end = '\\s*(?:,|(?=\\}))';
const metricPattern = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*/;
const matcherPattern = new RegExp(`^\\s*([a-zA-Z_][a-zA-Z0-9_]*|${string})\\s*(=~|!~|!=|=)\\s*(${string})${end}`);
// A quoted metric name among the matchers: {"http.requests","service.name"="x"}.
const quotedMetricPattern = new RegExp(`^\\s*(${string})${end}`);

/** Parses a plain selector; undefined for any other PromQL. */
export function parseSelector(text: string): Selector | undefined {
  const head = metricPattern.exec(text)!;
  const selector: Selector = { metric: head[1] ?? '', matchers: [] };
  let rest = text.slice(head[0].length);
  if (rest === '') {
    return selector;
  }
  if (!rest.startsWith('{')) {
    return undefined;
  }
  rest = rest.slice(1);
  while (!/^\s*\}/.test(rest)) {
    const found = matcherPattern.exec(rest);
    const name = found ? undefined : quotedMetricPattern.exec(rest);
    if (found) {
      const matcher = { label: unquoteName(found[1]), op: found[2] as Matcher['op'], value: unquote(found[3]) };
      if (matcher.label === '__name__' && matcher.op === '=' && !selector.metric) {
        selector.metric = matcher.value;
      } else {
        selector.matchers.push(matcher);
      }
    } else if (name && !selector.metric) {
      selector.metric = unquote(name[1]);
    } else {
      return undefined;
    }
    rest = rest.slice((found ?? name)![0].length);
  }
  return /^\s*\}\s*$/.test(rest) ? selector : undefined;
}

/**
 * Formats a selector as PromQL. Matchers without a label are left out. Names are quoted where
 * PromQL requires it.
 */
export function formatSelector({ metric, matchers }: Selector): string {
  const written = matchers.filter(({ label }) => label).map(formatOne);
  if (metric && !bareMetric.test(metric)) {
    return `{${[quote(metric), ...written].join(',')}}`;
  }
  return written.length > 0 ? `${metric}{${written.join(',')}}` : metric;
}

const bareMetric = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const bareLabel = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * The selector of a part of all events (such as the bad ones) after the selector of all events
 * changes: the new selector with the part's own matchers. A part that was not derived from the old
 * selector stays unchanged.
 */
export function followTotal(part: string, before: string, after: string): string {
  const [old, next, own] = [parseSelector(before), parseSelector(after), parseSelector(part)];
  if (!old || !next || !own || (part.trim() !== '' && own.metric !== old.metric)) {
    return part;
  }
  const among = (list: Matcher[]) => (one: Matcher) => list.some((other) => formatOne(other) === formatOne(one));
  if (!old.matchers.every(among(own.matchers)) && part.trim() !== '') {
    return part;
  }
  const extra = own.matchers.filter((one) => !among(old.matchers)(one) && !among(next.matchers)(one));
  return formatSelector({ metric: next.metric, matchers: [...next.matchers, ...extra] });
}

function formatOne({ label, op, value }: Matcher): string {
  return `${bareLabel.test(label) ? label : quote(label)}${op}${quote(value)}`;
}

function quote(value: string): string {
  return `"${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`;
}

function unquoteName(text: string): string {
  return bareLabel.test(text) ? text : unquote(text);
}

function unquote(text: string): string {
  const inside = text.slice(1, -1);
  if (text.startsWith('`')) {
    return inside;
  }
  return inside.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}
