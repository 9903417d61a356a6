// The glossary's terms in a text. Pure; website/glossary.py does the same when the site is built, and
// both are tried with tests/support/terms.json.

/** A term, what it means, and the forms in which a text may have it, in small letters. */
export interface Term {
  name: string;
  words: string;
  forms: string[];
}

/** A term's place in a text. */
export interface Found {
  start: number;
  end: number;
  name: string;
}

/** The terms of a glossary: its lines are `- **term**: what it means. (Lesson 1)`. */
export function parseGlossary(markdown: string): Term[] {
  const lines = markdown.matchAll(/^- \*\*(.+?)\*\*: (.+)$/gm);
  return [...lines].map(([, name, words]) => ({ name, words, forms: formsOf(name) }));
}

/** The terms that a lesson means: those that it lists, and all that can hardly mean anything else. */
export function termsOf(lesson: string[], glossary: Term[]): Term[] {
  const list = lesson.filter(source => source.includes('](glossary.md')).pop() ?? '';
  const named = new Set([...list.matchAll(/\*([^*]+)\*/g)].map(([, name]) => name.toLowerCase()));
  return glossary.filter(({ name }) => named.has(name.toLowerCase()) || /[\sA-Z]/.test(name));
}

/** The first place of each term in a text, in order; terms in `seen` aren't looked for, and it grows. */
export function findTerms(text: string, terms: Term[], seen = new Set<string>()): Found[] {
  const names = new Map(terms.flatMap(({ name, forms }) => forms.map(form => [form, name])));
  const forms = [...names.keys()].sort((a, b) => b.length - a.length);
  if (!forms.length) {
    return [];
  }
  const escaped = forms.map(form => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '\\s+'));
  // No part of a word, of a name in code, or of two words with a hyphen.
  const word = '[\\p{L}\\p{N}_]';
  const pattern = new RegExp(`(?<!${word}|${word}-)(?:${escaped.join('|')})(?!${word}|-${word})`, 'giu');
  const found = [...text.matchAll(pattern)].map(match => ({
    start: match.index,
    end: match.index + match[0].length,
    name: names.get(plain(match[0]))!
  }));
  return found.filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** The terms that stand before a text of a lesson, in the same section. */
export function seenBefore(before: string[], terms: Term[]): Set<string> {
  const seen = new Set<string>();
  for (const source of [...before].reverse()) {
    const parts = source.split(/^#{1,3} .*$/m);
    findTerms(parts.at(-1)!, terms, seen);
    if (parts.length > 1) {
      break;
    }
  }
  return seen;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').replace(/’/g, "'");
}

/** A term as it is, its short name, and more than one of it. */
function formsOf(name: string): string[] {
  const [, long, short] = /^(.*?)(?: \((\w+)\))?$/.exec(name)!;
  const forms = [long, short]
    .filter(Boolean)
    .flatMap(one => [one, severalOf(one), one.includes(' of ') ? one.replace(' of ', 's of ') : one])
    .map(plain);
  return [...new Set(forms.flatMap(form => [form, form.replace(/'/g, '’')]))];
}

function severalOf(word: string): string {
  for (const [end, several] of ENDS) {
    if (end.test(word)) {
      return word.replace(end, several);
    }
  }
  return `${word}s`;
}

/** How one becomes several, as far as it's more than an s. */
const ENDS: [RegExp, string][] = [
  [/criterion$/, 'criteria'],
  [/um$/, 'a'],
  [/is$/, 'es'],
  [/(?<=[^aeiou])y$/, 'ies'],
  [/(?<=s|x|ch|sh)$/, 'es']
];
