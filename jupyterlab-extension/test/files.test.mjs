// How the course's files are read, from a server that stands in for Jupyter's: `npm test`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Files } from '../lib/files.js';

const COURSE = { lessons: [{ lesson: 1, title: 'One', minutes: 9, file: '01-one.ipynb', items: ['01-a'] }] };
const RIGHT = { schema: 'crossroads/progress', version: 2, entries: { '01-a': { state: 'right' } } };
const QUIZ = {
  metadata: { crossroads: { title: 'Quiz 1' } },
  cells: [{ cell_type: 'markdown', source: 'Mine.', metadata: { crossroads: { item: 'q1', kind: 'text' } } }]
};

/** A server of files by their paths; what is asked of it stands in `asked`. */
function serving(files) {
  const asked = [];
  const get = async path => {
    asked.push(path);
    if (path in files) {
      const text = typeof files[path] === 'string' ? files[path] : JSON.stringify(files[path]);
      return { content: path.endsWith('.ipynb') ? JSON.parse(text) : text };
    }
    const below = Object.keys(files).filter(file => !path || file.startsWith(`${path}/`));
    if (!below.length && path) {
      throw new Error(`404 ${path}`);
    }
    const names = new Set(below.map(file => file.slice(path ? path.length + 1 : 0).split('/')[0]));
    const model = name => {
      const full = path ? `${path}/${name}` : name;
      const size = full in files ? JSON.stringify(files[full]).length : null;
      return { name, path: full, size, last_modified: '1', type: full in files ? 'file' : 'directory' };
    };
    return { content: [...names].map(model) };
  };
  return { files: new Files({ get }), asked };
}

test('where there is no course, nothing is asked for that is not there', async () => {
  for (const there of [{}, { 'notes.txt': 'x' }, { 'lessons/01-one.ipynb': {} }]) {
    const { files, asked } = serving(there);
    assert.equal(await files.find(), false);
    assert.ok(asked.every(path => path === '' || path === 'lessons'), asked.join());
  }
});

test('a course is found where Jupyter shows it, and in a checkout of its own', async () => {
  for (const base of ['', 'course/']) {
    const { files } = serving({
      [`${base}lessons/course.json`]: COURSE,
      [`${base}progress/lesson-01.json`]: RIGHT,
      [`${base}quizzes/quiz-01/quiz-01.ipynb`]: QUIZ
    });
    assert.equal(await files.find(), true);
    await Promise.all([files.readProgress(), files.readQuizzes()]);
    assert.equal(files.base, base);
    assert.deepEqual([...files.entries.keys()], ['01-a']);
    assert.deepEqual(files.quizzes.map(({ title, open }) => [title, open]), [['Quiz 1', []]]);
  }
});

test('progress beside the lessons counts, too', async () => {
  const { files } = serving({ 'lessons/course.json': COURSE, 'lessons/progress/lesson-01.json': RIGHT });
  await files.find();
  await files.readProgress();
  assert.deepEqual([...files.entries.keys()], ['01-a']);
});

test('what cannot be read is named as long as it is there, and keeps nothing from being read', async () => {
  const there = {
    'lessons/course.json': COURSE,
    'progress/lesson-01.json': RIGHT,
    'progress/lesson-02.json': '{ no',
    'progress/lesson-03.damaged-20270101.json': '{ no',
    'quizzes/quiz-01/quiz-01.ipynb': '{ no'
  };
  const { files } = serving(there);
  await files.find();
  await Promise.all([files.readProgress(), files.readQuizzes()]);
  assert.deepEqual(files.unread, ['progress/lesson-02.json', 'quizzes/quiz-01/quiz-01.ipynb']);
  assert.equal(files.entries.size, 1);
  delete there['progress/lesson-02.json'];
  delete there['quizzes/quiz-01/quiz-01.ipynb'];
  await files.readProgress();
  assert.deepEqual(files.unread, ['quizzes/quiz-01/quiz-01.ipynb']);
  await files.readQuizzes();
  assert.deepEqual(files.unread, []);
});

test('a file is read again only when it has changed', async () => {
  const there = { 'lessons/course.json': COURSE, 'progress/lesson-01.json': RIGHT };
  const { files, asked } = serving(there);
  await files.find();
  const reads = () => asked.filter(path => path === 'progress/lesson-01.json').length;
  await files.readProgress();
  await files.readProgress();
  assert.equal(reads(), 1);
  there['progress/lesson-01.json'] = { ...RIGHT, entries: {} };
  await files.readProgress();
  assert.equal(reads(), 2);
  assert.equal(files.entries.size, 0);
});
