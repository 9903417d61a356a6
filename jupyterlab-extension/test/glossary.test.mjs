// tests/project/test_site.py tries the same cases on website/glossary.py.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { findTerms, parseGlossary, seenBefore, termsOf } from '../lib/glossary.js';

const cases = JSON.parse(readFileSync(new URL('../../tests/support/terms.json', import.meta.url), 'utf8'));
const glossary = parseGlossary(cases.glossary);

for (const { why, text, seen, found } of cases.find) {
  test(`terms: ${why}`, () => {
    const places = findTerms(text, glossary, new Set(seen));
    assert.deepEqual(places.map(({ start, end, name }) => [text.slice(start, end), name]), found);
  });
}

for (const { why, texts, names } of cases.lesson) {
  test(`terms of a lesson: ${why}`, () => {
    assert.deepEqual(termsOf(texts, glossary).map(({ name }) => name), names);
  });
}

test('what stands before a text is seen as far as its section goes', () => {
  const before = ['A set', '## Title\n\nA claim\n\n### Part\n\nAn index', 'A stock'];
  assert.deepEqual(seenBefore(before, glossary), new Set(['stock', 'index']));
  assert.deepEqual(seenBefore([], glossary), new Set());
});
