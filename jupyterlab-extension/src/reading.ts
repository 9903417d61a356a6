// How an option's letter, several of them, and a number are read. The steps are Python's, of
// crossroads.questions: reading.json holds them, which tools/reading_rules.py writes. Here they are
// only taken, as crossroads.questions.steps takes them.

import rules from './reading.json' with { type: 'json' };
import { optionOf, plainSigns } from './signs.js';

/** The kinds that the pen draws, with the control of each. */
export type Kind = keyof typeof rules.controls;
export type Control = 'radios' | 'checks' | 'ordered' | 'matching' | 'number';
export const controls = rules.controls as Record<Kind, Control>;

/** One of these keys; what each means is said in crossroads.questions.steps. */
interface Step {
  plain?: boolean;
  drop?: string;
  strip?: string;
  unit?: boolean;
  cut?: string;
  where?: string;
  replace?: string[][];
  refuse?: string;
  need?: string;
}

const between = new RegExp(rules.between);

function is(form: string, text: string): boolean {
  return new RegExp(`^(?:${form})$`).test(text);
}

/** The text after all steps; null where one of them finds a problem. */
function take(steps: Step[], text: string, unit = ''): string | null {
  for (const step of steps) {
    if (step.plain) {
      text = plainSigns(text);
    } else if (step.drop !== undefined) {
      text = text.replaceAll(step.drop, '');
    } else if (step.strip !== undefined) {
      text = strip(text, step.strip);
    } else if (step.unit) {
      const end = plainSigns(unit);
      text = end && text.endsWith(end) ? text.slice(0, -end.length) : text;
    } else if (step.cut !== undefined) {
      text = text.replace(new RegExp(step.cut, 'g'), '');
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
  return optionOf(take(rules.one, text) ?? '', codes);
}

/** The parts of a text such as `"a, d"` or `"ad"`: each may be a code. */
export function readParts(text: string, codes: string[]): string[] {
  const words = (take(rules.several, text) ?? '').split(between).filter(Boolean);
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
