// How an option's letter or its words, several of them, pairs, and a number are read. The steps are Python's, of
// crossroads.questions: reading.json holds them, which tools/reading_rules.py writes. Here they are
// only taken, as crossroads.questions.steps takes them.

import rules from './reading.json' with { type: 'json' };
import { bareWords, optionOf, plainSigns } from './signs.js';

/** The kinds that the pen draws, with the control of each. */
export type Kind = keyof typeof rules.controls;
export type Control = 'radios' | 'checks' | 'ordered' | 'matching' | 'number';
export const controls = rules.controls as Record<Kind, Control>;

/** One of these keys; what each means is said in crossroads.questions.steps. */
interface Step {
  plain?: boolean;
  bare?: boolean;
  drop?: string;
  strip?: string;
  unit?: boolean;
  cut?: string;
  words?: string;
  by?: string;
  where?: string;
  replace?: string[][];
  refuse?: string;
  need?: string;
}

const between = new RegExp(rules.between);

/** What may stand before a line that was pasted, as a pattern's source. */
export const prompt = rules.prompt;

/** Another language's sign of a comment before a line that gives a name a value. */
export const stray = rules.stray;

function is(form: string, text: string): boolean {
  return new RegExp(`^(?:${form})$`).test(text);
}

/** The text after all steps; null where one of them finds a problem. */
function take(steps: Step[], text: string, unit = ''): string | null {
  for (const step of steps) {
    if (step.plain) {
      text = plainSigns(text);
    } else if (step.bare) {
      text = bareWords(text);
    } else if (step.drop !== undefined) {
      text = text.replaceAll(step.drop, '');
    } else if (step.strip !== undefined) {
      text = strip(text, step.strip);
    } else if (step.unit) {
      text = withoutUnit(text, small(plainSigns(unit)));
    } else if (step.cut !== undefined) {
      text = text.replace(new RegExp(step.cut, 'g'), '');
    } else if (step.words !== undefined) {
      const found = new RegExp(step.words).exec(small(text));
      if (found) {
        const rest = text.slice(found.index + found[0].length);
        text = text.slice(0, found.index) + step.by! + rest || text;
      }
    } else if (step.where !== undefined) {
      for (const [old, by] of is(step.where, text) ? step.replace! : []) {
        text = text.replaceAll(old, by);
      }
    } else if (step.refuse !== undefined ? is(step.refuse, text) : !is(step.need!, text)) {
      return null;
    }
  }
  return text;
}

/** In small letters; as it is where there are more of them than capitals: places would differ. */
function small(text: string): string {
  const made = text.toLowerCase();
  return made.length === text.length ? made : text;
}

function withoutUnit(text: string, unit: string): string {
  if (unit && small(text).endsWith(unit)) {
    return text.slice(0, -unit.length);
  }
  return unit && small(text).startsWith(unit) ? text.slice(unit.length) : text;
}

function strip(text: string, signs: string): string {
  let [start, end] = [0, text.length];
  while (start < end && signs.includes(text[start])) {
    start++;
  }
  while (end > start && signs.includes(text[end - 1])) {
    end--;
  }
  return text.slice(start, end);
}

/** Whether nothing that can be seen is typed. */
export function isBlank(text: string): boolean {
  return !strip(plainSigns(text), rules.spaces);
}

/** An option's code: `" B. "` is b, `"01"` is 1. */
export function readCode(text: string, codes: string[]): string {
  const bare = take(rules.one, text) ?? '';
  const [found, worded] = [bare, take(rules.worded, bare) ?? ''].map(form => optionOf(form, codes));
  return codes.includes(worded) && !codes.includes(found) ? worded : found;
}

/** The options of a question's text: each with its code, and its words as they are written. */
export function optionsIn(markdown: string): { code: string; text: string }[] {
  const lines = markdown.matchAll(new RegExp(rules.option, 'gm'));
  return [...lines].map(([, code, text]) => ({ code, text }));
}

/**
 * The options' codes by their words; words that two have aren't there. Those with an article have
 * them without it, too. Each code stands for itself.
 */
export function codesByWords(options: { code: string; text: string }[]): Map<string, string> {
  const known = new Map<string, string>();
  const twice = new Set(['']);
  for (const { code, text } of options) {
    for (const words of [code, ...bothForms(text)]) {
      if ((known.get(words) ?? code) !== code) {
        twice.add(words);
      }
      known.set(words, code);
    }
  }
  twice.forEach(words => known.delete(words));
  return known;
}

/** A text's words; without articles. */
function bothForms(text: string): [string, string] {
  return [bareWords(plainSigns(text)), take(rules.words, text) ?? ''];
}

/** The code of a text that is an option's words, its code before them or not; else the text. */
export function readOwnWords(typed: string, words: Map<string, string>): string {
  const text = strip(plainSigns(typed), rules.spaces);
  const codes = [...words.values()];
  const [whole, short] = bothForms(text);
  if (text.length < 2 || text.length > rules.most || codes.includes(whole)) {
    return typed;
  }
  const led = new RegExp(`^(?:${rules.led})$`).exec(text);
  const found = led ? optionOf(led[1], codes) : '';
  if (led && codes.includes(found)) {
    // "a" is a letter here before it's an article, but for an option's own.
    const own = bothForms(led[3]).filter(form => words.has(form));
    if (own.some(form => words.get(form) === found)) {
      return found;
    }
    if (!words.has(whole) || (own.length > 0 && strip(led[2], rules.spaces))) {
      return typed;
    }
  }
  return words.get(whole) ?? words.get(short) ?? typed;
}

/** The words of a text such as `"a, d"`; `ordered`: also of one such as `"a -> d"`. */
export function readWords(text: string, ordered = false): string[] {
  return (take(ordered ? rules.ordered : rules.several, text) ?? '').split(between).filter(Boolean);
}

/** Pairs in texts such as `"1 -> c, 2 -> a"`; none where anything else is, or a number twice. */
export function readPairs(texts: string[]): [string, string][] {
  const text = take(rules.matched, texts.map(one => strip(one, rules.spaces)).join(', ')) ?? '';
  const pairs = [...text.matchAll(new RegExp(rules.pair, 'g'))].map(
    ([, left, right]): [string, string] => [left, right]
  );
  return new Set(pairs.map(([left]) => Number(left))).size === pairs.length ? pairs : [];
}

/** The parts of a text such as `"a, d"` or `"ad"`: each may be a code. */
export function readParts(text: string, codes: string[], ordered = false): string[] {
  const words = readWords(text, ordered);
  const run = words.length === 1 && !codes.includes(readCode(words[0], codes));
  return run ? [...words[0]] : words;
}

/** A number as typed, in Python's form; null where it isn't one: "1,234" could be two numbers. */
export function readNumber(typed: string, unit = ''): string | null {
  const text = take(rules.number, typed, unit);
  if (text === null || !isFinite(Number(text))) {
    return null;
  }
  // Python knows no zeros in front, and the line should hold a number with digits on both sides.
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? text : String(Number(text));
}
