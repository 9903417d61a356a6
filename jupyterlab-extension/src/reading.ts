// How an option's letter, several of them, and a number are read. The rules are Python's, of
// crossroads.questions: reading.json holds them, which tools/reading_rules.py writes. Here they are
// only carried out.

import rules from './reading.json' with { type: 'json' };
import { optionOf, plainSigns } from './signs.js';
import { bareAnswer, bareNumber } from './wording.js';

/** The kinds that the pen draws, with the control of each. */
export type Kind = keyof typeof rules.controls;
export type Control = 'radios' | 'checks' | 'ordered' | 'matching' | 'number';
export const controls = rules.controls as Record<Kind, Control>;

const { choices, number } = rules;
const between = new RegExp(choices.between);
const zeros = new RegExp(choices.zeros);
const extras = number.extras.map(extra => new RegExp(extra, 'g'));
const groups = number.groups.map(({ form, ...rest }) => ({ ...rest, form: whole(form) }));
const [twoReadings, comma, form] = [number.two_readings, number.comma, number.form].map(whole);

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
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
  const bare = (typed: string) => strip(typed, choices.around).replace(zeros, '');
  const plain = bare(plainSigns(text));
  const [found, worded] = [plain, bare(bareAnswer(plain))].map(form => optionOf(form, codes));
  return codes.includes(worded) && !codes.includes(found) ? worded : found;
}

/** The words of a text such as `"a, d"`. */
export function readWords(text: string): string[] {
  return bareAnswer(strip(plainSigns(text), choices.brackets)).split(between).filter(Boolean);
}

/** The parts of a text such as `"a, d"` or `"ad"`: each may be a code. */
export function readParts(text: string, codes: string[]): string[] {
  const words = readWords(text);
  const run = words.length === 1 && !codes.includes(readCode(words[0], codes));
  return run ? [...words[0]] : words;
}

/** A number as typed, in Python's form; null where it isn't one: "1,234" could be two numbers. */
export function readNumber(typed: string, unit = ''): string | null {
  const bare = bareNumber(typed, unit, text => strip(text, rules.spaces));
  let text = strip(bare.replaceAll(number.between, ''), rules.spaces);
  const suffix = plainSigns(unit);
  text = suffix && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
  for (const extra of extras) {
    text = text.replace(extra, '');
  }
  for (const { group, point, form } of groups) {
    if (form.test(text)) {
      text = text.replaceAll(group, '');
      text = point ? text.replaceAll(point, '.') : text;
    }
  }
  if (twoReadings.test(text)) {
    return null;
  }
  text = comma.test(text) ? text.replace(',', '.') : text;
  if (!form.test(text) || !isFinite(Number(text))) {
    return null;
  }
  // Python knows no zeros in front, and the line should hold a number with digits on both sides.
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? text : String(Number(text));
}
