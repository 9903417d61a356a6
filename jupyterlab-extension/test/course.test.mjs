// What the Course panel says, without a browser: `npm test`. tests/browser/test_panel.py has the whole.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  everRight,
  isDone,
  readCourse,
  readEntries,
  readQuiz,
  standings,
  waitingCells,
  whereToContinue
} from '../lib/course.js';

const lesson = (number, ...items) => ({
  lesson: number, title: `Lesson ${number}`, minutes: 20, file: `0${number}-x.ipynb`, items
});
const COURSE = { language: 'en', lessons: [lesson(0, '00-a'), lesson(1, '01-a', '01-b'), lesson(2)] };
const right = when => ({ state: 'right', ever_right: true, when });
const wrong = when => ({ state: 'wrong', ever_right: false, when });
const at = entries => standings(COURSE, new Map(Object.entries(entries)));

test('the list of the course is read, and nothing else is taken for one', () => {
  assert.deepEqual(readCourse(COURSE), { ...COURSE, renumbered: {} });
  for (const data of [{}, [], { lessons: [{}] }, { lessons: [{ title: 'x' }] }]) {
    assert.throws(() => readCourse(data), TypeError);
  }
});

test('progress of both versions is read, and a damaged file is said to be one', () => {
  const entries = { '01-a': { state: 'right' } };
  assert.deepEqual(readEntries(entries), [['01-a', { state: 'right' }]]);
  assert.deepEqual(readEntries({ schema: 'crossroads/progress', version: 2, entries }), readEntries(entries));
  for (const data of [[], null, 3, { '01-a': 1 }, { schema: 'x' }, { schema: 'x', entries: [1] }]) {
    assert.throws(() => readEntries(data), TypeError);
  }
});

test('what was right once stays done', () => {
  // The same cases as in tests/lessons/test_checks.py.
  for (const [entry, once] of [
    [{ state: 'right' }, true],
    [{ state: 'wrong', first: 'right' }, true],
    [{ state: 'wrong', first: 'wrong' }, false],
    [{ state: 'partly', first: 'wrong', box: 2 }, true],
    [{ state: 'wrong', first: 'wrong', box: 1 }, false],
    [{ state: 'wrong', first: 'wrong', box: 'x' }, false],
    [{ state: 'wrong', first: 'right', ever_right: true }, true],
    [{ state: 'right', ever_right: false }, false],
    [{}, false]
  ]) {
    assert.equal(everRight(entry), once, JSON.stringify(entry));
  }
});

test('a lesson is done when all of its self-checks were right, and one without any never is', () => {
  const all = at({ '00-a': right('1'), '01-a': wrong('1'), '01-b': right('1'), '99-z': right('1') });
  assert.deepEqual(all.map(({ done }) => done), [1, 1, 0]);
  assert.deepEqual(all.map(isDone), [true, false, false]);
});

test('one goes on where one stopped: with the last lesson touched, or the next that is open', () => {
  const next = entries => whereToContinue(at(entries))?.lesson;
  assert.equal(next({}), 0);
  assert.equal(next({ '01-a': wrong('2026-01-02') }), 1);
  assert.equal(next({ '01-a': right('2026-01-02'), '00-a': wrong('2026-01-03') }), 0);
  assert.equal(next({ '02-p-guess': { answer: 'two', when: '2026-01-04' }, '01-a': wrong('2026-01-02') }), 2);
  assert.equal(next({ '00-a': right('2026-01-03') }), 1, 'the last one is done');
  assert.equal(next({ '01-a': right('1'), '01-b': right('2') }), 2, 'an earlier one is open, a later one, too');
  const done = standings({ ...COURSE, lessons: [lesson(0, '00-a')] }, new Map([['00-a', right('1')]]));
  assert.equal(whereToContinue(done), null);
});

const RELEASE = new URL('../../src/crossroads/static/releases/', import.meta.url);
const released = name => JSON.parse(readFileSync(new URL(`${name}.json`, RELEASE), 'utf8'));

for (const name of ['quiz-01', 'quiz-03', 'quiz-12', 'capstone']) {
  test(`${name} is all open when it is released`, () => {
    const quiz = readQuiz(`quizzes/${name}/${name}.ipynb`, released(name));
    assert.ok(quiz.questions > 3);
    assert.equal(quiz.open.length, quiz.questions, JSON.stringify(quiz.open));
    assert.match(quiz.open[0], /^Question 1$/);
    assert.equal(quiz.deadline, null);
  });
}

test('what is answered is open no more, and what only tries to be an answer is', () => {
  const notebook = released('quiz-03');
  const cell = id => notebook.cells.find(one => one.metadata.nbgrader?.grade_id === id);
  const open = () => readQuiz('quiz-03.ipynb', notebook).open;
  cell('q1-answer').source = ['q1 = "B"  # one letter\n'];
  cell('q3-answer').source = 'q3 = "zz"';
  cell('q7-answer').source = 'q7 = 1.5';
  cell('q8-answer').source = 'def changes(rows, first, last):\n    return rows';
  cell('q15').source = 'My critique.';
  assert.ok(['Question 1', 'Question 7', 'Question 8', 'Question 15'].every(q => !open().includes(q)), open());
  assert.ok(open().includes('Question 3') && open().includes('Question 2'));
  cell('q15').source = '';
  assert.ok(open().includes('Question 15'));
});

test('a deadline is a time, whatever stands there', () => {
  const notebook = released('quiz-01');
  const deadline = value => {
    notebook.metadata.crossroads.deadline = value;
    return readQuiz('quiz-01.ipynb', notebook).deadline?.toISOString();
  };
  assert.equal(deadline('2027-01-31T07:00:00Z'), '2027-01-31T07:00:00.000Z');
  assert.equal(deadline('soon'), undefined);
  assert.equal(deadline(5), undefined);
});

test('a notebook that asks nothing is no quiz', () => {
  assert.equal(readQuiz('x.ipynb', { cells: [{ cell_type: 'markdown', source: '# Notes' }] }), null);
});

const ASKED = ['import crossroads as cr', '', 'cr.predict(\n    "05-p", "How many?")', 'cr.dial()',
  'x = 1', 'cr.check("05-a")', '', 'cr.prediction("05-p")', 'cr.dial()'];

test('what a prediction is about waits for it, up to where it is laid beside the result', () => {
  const waiting = waitingCells(ASKED, () => false);
  assert.deepEqual([...waiting], [[3, { id: '05-p', asked: 2 }], [4, { id: '05-p', asked: 2 }]]);
  assert.equal(waitingCells(ASKED, id => id === '05-p').size, 0);
});

test('a prediction that is nowhere laid beside a result covers nothing', () => {
  assert.equal(waitingCells(ASKED.slice(0, 7), () => false).size, 0);
  assert.equal(waitingCells(['# cr.predict("a")', 'cr.dial()', 'cr.prediction("a")'], () => false).size, 0);
});

test('in the lessons there is something to wait for', () => {
  const notebook = JSON.parse(
    readFileSync(new URL('../../lessons/05-security-by-numbers.ipynb', import.meta.url), 'utf8')
  );
  const sources = notebook.cells.map(cell => (cell.cell_type === 'code' ? cell.source.join('') : ''));
  const waiting = [...waitingCells(sources, () => false).keys()];
  assert.ok(waiting.length && waiting.every(place => sources[place].includes('cr.')), waiting);
});
