// Signs as people type them, as crossroads.questions.signs reads them: its table is in reading.json, which
// tools/reading_rules.py writes.

import rules from './reading.json' with { type: 'json' };

const table = rules.signs;

const digits = new Map<string, string>();
for (const zero of table.zeros) {
  for (let i = 0; i < 10; i++) {
    digits.set(String.fromCodePoint(zero.codePointAt(0)! + i), String(i));
  }
}
const invisible = new Set(table.invisible);
const spaces = new Set(table.spaces);
const lines = new Set(table.lines);
const signs: Record<string, string> = table.signs;
const looks: Record<string, string> = table.looks;
const folds: Record<string, string> = table.folds;
const ascii = (text: string) => /^[\x00-\x7f]*$/.test(text);

/** A short text with ASCII's signs and digits. */
export function plainSigns(text: string): string {
  return ascii(text) ? text : [...text].map(plainSign).join('');
}

function plainSign(sign: string): string {
  if (ascii(sign)) {
    return sign;
  }
  if (invisible.has(sign)) {
    return '';
  }
  if (lines.has(sign) || spaces.has(sign)) {
    return lines.has(sign) ? '\n' : ' ';
  }
  const known = digits.get(sign) ?? (Object.hasOwn(signs, sign) ? signs[sign] : null);
  if (known !== null) {
    return known;
  }
  const wide = sign.normalize('NFKC');
  return ascii(wide) && wide.trim() ? wide : sign;
}

/** A text's words, in small letters without accents and without any sign. */
export function bareWords(text: string): string {
  let small = text.toLowerCase();
  for (const [sign, asSmall] of Object.entries(folds)) {
    small = small.replaceAll(sign, asSmall);
  }
  const letters = small.normalize('NFKD').replace(/\p{M}/gu, '');
  return letters.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** A text with Latin letters in place of others that look the same. */
export function lookAlike(text: string): string {
  return [...text].map(sign => (Object.hasOwn(looks, sign) ? looks[sign] : sign)).join('');
}

/** The option that a text is, if it is one; also by letters that only look like it. */
export function optionOf(text: string, options: string[]): string {
  for (const form of [text, lookAlike(text)]) {
    const found = options.find(code => code.toLowerCase() === form.toLowerCase());
    if (found !== undefined) {
      return found;
    }
  }
  return text.toLowerCase();
}

/**
 * A cell's source as it looks, with where each of its letters stood: signs that Python doesn't know,
 * outside of quotes, become those that it knows. `mixed`: a straight quote may end with another.
 */
export function mended(source: string, mixed: boolean): { text: string; places: number[] } {
  let text = '';
  const places: number[] = [];
  const put = (made: string, at: number) => {
    text += made;
    places.push(...Array.from(made, () => at));
  };
  let quote = '';
  let loose = false;
  for (let at = 0; at < source.length; ) {
    const sign = String.fromCodePoint(source.codePointAt(at)!);
    const own = plainSign(sign);
    const next = at + sign.length;
    if (quote === '#') {
      put(sign, at);
      quote = sign === '\n' ? '' : quote;
    } else if (quote) {
      if (sign === '\\' && quote.length < 3) {
        put(source.slice(at, at + 2), at);
        at += 2;
        continue;
      }
      if (source.startsWith(quote, at) || (loose && own === quote)) {
        put(quote, at);
        at += source.startsWith(quote, at) ? quote.length : sign.length;
        quote = '';
        continue;
      }
      quote = sign === '\n' && quote.length === 1 ? '' : quote;
      put(sign, at);
    } else if (own === '"' || own === "'") {
      const three = source.slice(at, at + 3);
      quote = three === '"""' || three === "'''" ? three : own;
      loose = quote.length === 1 && (mixed || sign !== own);
      put(quote, at);
      at += quote.length === 3 ? 3 : sign.length;
      continue;
    } else {
      quote = own === '#' ? '#' : '';
      put(own, at);
    }
    at = next;
  }
  places.push(source.length);
  return { text, places };
}
