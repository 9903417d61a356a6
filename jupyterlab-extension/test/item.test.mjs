// The pure part, without a browser: `npm test`. tests/browser/test_pen.py has the whole.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { editFor, parseItem, plain, readAnswer } from '../lib/item.js';
import { controls, readNumber } from '../lib/reading.js';

const STEM = `### Question 1 · 2 points

Which?

- **1.** Left
- **a.** One
- **b.** Two`;
const item = kind => parseItem({ item: 'q1', kind, unit: '%' }, STEM);

function written(source, kind, answer) {
  const { start, end, text } = editFor(source, item(kind), answer);
  return source.slice(0, start) + text + source.slice(end);
}

test('an item is read from metadata and Markdown', () => {
  assert.deepEqual(item('match'), {
    name: 'q1',
    kind: 'match',
    title: 'Question 1',
    unit: '%',
    options: [{ code: 'a', text: 'One' }, { code: 'b', text: 'Two' }],
    left: [{ code: '1', text: 'Left' }],
    words: new Map([['1', '1'], ['left', '1'], ['a', 'a'], ['one', 'a'], ['b', 'b'], ['two', 'b']])
  });
  assert.deepEqual(item('single').left, []);
});

test('what is no item is left alone', () => {
  assert.equal(item('text'), null);
  assert.equal(parseItem(undefined, STEM), null);
  assert.equal(parseItem({ item: 'q 1', kind: 'single' }, STEM), null);
  assert.equal(parseItem({ item: 'q1', kind: 'single' }, 'no options'), null);
  assert.equal(parseItem({ item: 'q1', kind: 'number' }, '').title, 'q1');
});

test('labels lose their marks and nothing else', () => {
  assert.equal(plain('a **bold** and *thin* `x*y*z` [link](https://example.org) \\* 2'),
    'a bold and thin x*y*z link * 2');
  assert.equal(plain('snake_case_name, 2 * 3 * 4, _so_'), 'snake_case_name, 2 * 3 * 4, so');
});

test('what is written is read back', () => {
  const cases = [
    ['single', ['b'], 'q1 = "b"'],
    ['multiple', ['a', 'b'], 'q1 = {"a", "b"}'],
    ['order', ['b', 'a'], 'q1 = ["b", "a"]'],
    ['match', ['b'], 'q1 = {"1": "b"}'],
    ['number', ['37.10'], 'q1 = 37.10']
  ];
  for (const [kind, answer, line] of cases) {
    assert.equal(written('q1 = None', kind, answer), line);
    assert.deepEqual(readAnswer(line, item(kind)), { answer });
    assert.equal(written(line, kind, null), 'q1 = None');
  }
});

// tests/questions/test_reading_rules.py tries the same cases on crossroads.answers.
const READINGS = new URL('../../tests/support/readings.json', import.meta.url);
const FOUR = `Which?

- **1.** One
- **2.** Two
- **a.** A
- **b.** B
- **c.** C`;

assert.deepEqual(Object.keys(controls), ['single', 'multiple', 'order', 'match', 'number']);
for (const { kind, source, read, stem = FOUR } of JSON.parse(readFileSync(READINGS, 'utf8'))) {
  test(`${kind}: ${source}`, () => {
    const item = parseItem({ item: 'q1', kind, unit: '%' }, stem);
    if (!Object.hasOwn(controls, kind)) {
      assert.equal(item, null, 'a kind that the pen has no control for');
      return;
    }
    const { answer, other } = readAnswer(source, item);
    if (read === 'unreadable') {
      assert.notEqual(other, undefined);
    } else {
      assert.equal(other, undefined);
      assert.deepEqual(kind === 'number' && answer ? Number(answer[0]) : answer, read);
    }
  });
}

test('a line with strange signs is written anew', () => {
  assert.equal(written('x = 1\nq1＝“b”  # so', 'single', ['a']), 'x = 1\nq1 = "a"  # so');
  assert.equal(written('q1 = “b”', 'single', ['a']), 'q1 = "a"');
  assert.equal(written('# “so”\nq1 = "b"', 'single', null), '# “so”\nq1 = None');
});

test('a sign of another language before the line goes when it is written', () => {
  assert.equal(written('% q1 = "b"', 'single', ['a']), 'q1 = "a"');
  assert.equal(written('x = 1\n%% q1 = "b"  # so', 'single', null), 'x = 1\nq1 = None  # so');
});

test('a line is not taken from a comment where there is another, or a magic', () => {
  for (const [source, answer] of [
    ['q1 = "a"\n% q1 = "b"', ['a']],
    ['q1 = None\n% q1 = "b"', null],
    ['% q1 = "a"\n% q1 = "b"', null],
    ['%%latex\n% q1 = "b"', null],
    ['x = """\n% q1 = "b"\n"""', null],
    ['% q1 == "b"', null]
  ]) {
    assert.deepEqual(readAnswer(source, item('single')), { answer }, source);
  }
});

test('a number keeps its digits and becomes Python', () => {
  for (const [typed, digits] of [['37.10', '37.10'], ['37.', '37'], ['.5', '0.5'], ['007', '7'],
    ['−3', '-3'], ['1e3', '1000'], ['1,5', '1.5'], ['', null], ['1e999', null],
    ['37,', '37'], ['٣٧٫٩', '37.9'], ['۳۷٫۹', '37.9'], ['١٬٢٣٤', '1234'],
    ['1,234', null], ['0,125', '0.125'], ['1,2,3', null]]) {
    assert.equal(readNumber(typed), digits, typed);
  }
});
