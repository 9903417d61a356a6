// What people type round an answer, as crossroads.questions.wording reads it: its patterns are in
// reading.json, which tools/reading_rules.py writes.

import rules from './reading.json' with { type: 'json' };
import { plainSigns } from './signs.js';

/** What may stand before a line that was pasted, as a pattern's source. */
export const prompt = rules.wording.prompt;

const before = new RegExp(rules.wording.before);
const perCent = new RegExp(rules.wording.per_cent);
const end = new RegExp(rules.wording.end);

/** A text without the words that say that it's an answer: `My answer: d` is `d`. */
export function bareAnswer(text: string): string {
  const small = text.toLowerCase();
  const found = small.length === text.length ? before.exec(small) : null;
  return (found && text.slice(found[0].length)) || text;
}

/** What is typed for a number, with per cent as its sign and without a unit or full stop. */
export function bareNumber(typed: string, unit: string, trim: (text: string) => string): string {
  let text = bareAnswer(trim(plainSigns(typed))).replace(end, '');
  if (text.toLowerCase().length === text.length) {
    const found = perCent.exec(text.toLowerCase());
    text = found ? `${text.slice(0, found.index)}%` : text;
  }
  const wanted = plainSigns(unit).toLowerCase();
  if (wanted && text.toLowerCase().endsWith(wanted)) {
    return text.slice(0, -wanted.length);
  }
  return wanted && text.toLowerCase().startsWith(wanted) ? trim(text.slice(wanted.length)) : text;
}
