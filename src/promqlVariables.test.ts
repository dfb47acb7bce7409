import { setTemplateSrv } from '@grafana/runtime';

import { replaceInPromQL } from './promqlVariables';
import { templateSrvWith } from './testing/templateSrv';

const hostile = '"} or vector(1) or x{a="';
const others = `'} or vector(1) or x{a='`;
const ticks = '`} or vector(1) or x{a=`';

beforeEach(() =>
  setTemplateSrv(
    templateSrvWith({
      metric: { value: 'http_requests_total' },
      job: { value: ['api', 'we.b'], multi: true },
      plain: { value: 'we.b' },
      rate: { value: '5m' },
      number: { value: '0.5' },
      hostile: { value: hostile },
      others: { value: others },
      ticks: { value: ticks },
      newline: { value: 'a\n} or vector(1) # ' },
      backslash: { value: 'a\\' },
    })
  )
);

it.each([
  ['$metric{job=~"$job"}', 'http_requests_total{job=~"(api|we\\\\.b)"}'],
  ['rate($metric[$rate]) > $number', 'rate(http_requests_total[5m]) > 0.5'],
  ['x{job="$plain"}', 'x{job="we.b"}'],
  ['x{job=~"${plain:regex}"}', 'x{job=~"we\\\\.b"}'],
  ['x{job=~"[[plain:regex]]"}', 'x{job=~"we\\\\.b"}'],
  ['x{job=$plain}', 'x{job="we.b"}'],
  ['x{job=~`$job`}', 'x{job=~"(api|we\\\\.b)"}'],
  ['x{path=`a\\d$plain`}', 'x{path="a\\\\dwe.b"}'],
  ['x{price="$unknown", rest=`$unknown`}', 'x{price="$unknown", rest="$unknown"}'],
  ['x{a="\\"$plain"}', 'x{a="\\"we.b"}'],
])('%s is what it says', (written, sent) => {
  expect(replaceInPromQL(written)).toBe(sent);
});

it('takes PromQL that is all in a variable as it is', () => {
  expect(replaceInPromQL('$metric')).toBe('http_requests_total');
  expect(replaceInPromQL('${hostile}')).toBe(hostile);
});

// For every value, with any quotes or none, the result is one string literal with this value.
describe.each(['hostile', 'others', 'ticks', 'newline', 'backslash'])('a hostile value, %s,', (name) => {
  const value = { hostile, others, ticks, newline: 'a\n} or vector(1) # ', backslash: 'a\\' }[name]!;

  it.each(['"', "'", '`', ''])('stays text within %s', (quote) => {
    const sent = replaceInPromQL(`x{a=${quote}$${name}${quote}, b="c"}`);
    const literal = /^x\{a=((["'])(?:[^\\]|\\.)*?\2), b="c"\}$/s.exec(sent);
    expect(literal).not.toBeNull();
    const inside = literal![1].slice(1, -1);
    expect(inside.replace(/\\n/g, '\n').replace(/\\(["'\\])/g, '$1')).toBe(value);
    expect(inside).not.toMatch(/\n/);
  });

  it('has no place in a comment', () => {
    expect(replaceInPromQL(`x # $${name}\n or y`)).toBe('x \n or y');
  });
});
