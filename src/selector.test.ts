import { followTotal, formatSelector, parseSelector } from './selector';

describe('a selector', () => {
  it.each([
    ['http_requests_total', { metric: 'http_requests_total', matchers: [] }],
    [
      ' a:b {x="1", y!~"5..",}',
      {
        metric: 'a:b',
        matchers: [
          { label: 'x', op: '=', value: '1' },
          { label: 'y', op: '!~', value: '5..' },
        ],
      },
    ],
    ["{a='it\\'s \"'}", { metric: '', matchers: [{ label: 'a', op: '=', value: 'it\'s "' }] }],
    [
      'a{b="${ns}",c=~`\\d`}',
      {
        metric: 'a',
        matchers: [
          { label: 'b', op: '=', value: '${ns}' },
          { label: 'c', op: '=~', value: '\\d' },
        ],
      },
    ],
    ['', { metric: '', matchers: [] }],
    ['{"http.requests"}', { metric: 'http.requests', matchers: [] }],
    ['{"größe",}', { metric: 'größe', matchers: [] }],
    [
      '{"service.name"="x", __name__="http.requests"}',
      { metric: 'http.requests', matchers: [{ label: 'service.name', op: '=', value: 'x' }] },
    ],
    [
      '{"http.requests","service.name"=~"a|b",code="500"}',
      {
        metric: 'http.requests',
        matchers: [
          { label: 'service.name', op: '=~', value: 'a|b' },
          { label: 'code', op: '=', value: '500' },
        ],
      },
    ],
    ['a{"b"="1"}', { metric: 'a', matchers: [{ label: 'b', op: '=', value: '1' }] }],
    ['{__name__=~"a.*"}', { metric: '', matchers: [{ label: '__name__', op: '=~', value: 'a.*' }] }],
  ])('%s is taken apart and put together again', (text, parts) => {
    expect(parseSelector(text)).toEqual(parts);
    expect(parseSelector(formatSelector(parts as never))).toEqual(parts);
  });

  it.each(['rate(a[5m])', 'a + b', 'a{b="1"', 'a{b=1}', 'a{"b"}', '{"a","b"}', 'a[5m]', 'a offset 5m', '$metric'])(
    '%s is PromQL for the text field',
    (text) => expect(parseSelector(text)).toBeUndefined()
  );

  it('escapes what would end the quotes', () => {
    expect(formatSelector({ metric: 'a', matchers: [{ label: 'b', op: '=', value: '"\\' }] })).toBe('a{b="\\"\\\\"}');
  });

  it.each([
    [{ metric: 'http.requests', matchers: [] }, '{"http.requests"}'],
    [{ metric: 'a', matchers: [{ label: 'service.name', op: '=', value: 'x' }] }, 'a{"service.name"="x"}'],
    [{ metric: 'a"b\\', matchers: [{ label: 'x', op: '!~', value: 'y' }] }, '{"a\\"b\\\\",x!~"y"}'],
  ] as const)('quotes the names of %j', (parts, text) => {
    expect(formatSelector(parts as never)).toBe(text);
    expect(parseSelector(text)).toEqual(parts);
  });
});

describe('the bad events', () => {
  it('follow all events', () => {
    expect(followTotal('', '', 'a_total')).toBe('a_total');
    expect(followTotal('a_total{code="500"}', 'a_total', 'b_total{job="x"}')).toBe('b_total{job="x",code="500"}');
    expect(followTotal('a{x="1",code="500"}', 'a{x="1"}', 'a{x="2"}')).toBe('a{x="2",code="500"}');
    expect(followTotal('{"a.b","c.d"="500"}', '{"a.b"}', '{"e.f"}')).toBe('{"e.f","c.d"="500"}');
  });

  it('stay when they are something else', () => {
    expect(followTotal('errors_total', 'a_total', 'b_total')).toBe('errors_total');
    expect(followTotal('a{y="1"}', 'a{x="1"}', 'b')).toBe('a{y="1"}');
    expect(followTotal('sum(a)', 'a', 'b')).toBe('sum(a)');
  });
});
