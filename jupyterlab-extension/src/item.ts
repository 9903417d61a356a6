// The pure part: an item's options from Markdown, and its answer from and into a line of Python.
// What counts as an answer is what crossroads.questions understands, whose rules reading.ts carries
// out; tests/support/readings.json holds the cases that both are tried on.

import {
  codesByWords,
  controls,
  isBlank,
  optionsIn,
  prompt,
  readCode,
  readNumber,
  readOwnWords,
  readPairs,
  readParts,
  readWords,
  stray,
  type Kind
} from './reading.js';
import { lookAlike, mended } from './signs.js';

export interface Option {
  code: string;
  text: string;
}

export interface Item {
  /** The Python variable that holds the answer. */
  name: string;
  kind: Kind;
  /** The question's heading, without its points. */
  title: string;
  unit: string;
  options: Option[];
  /** Left-hand items; empty but for match. */
  left: Option[];
  /** The codes of options and left-hand items by their own words. */
  words: Map<string, string>;
}

/**
 * Codes as chosen: one (single), in the options' order (multiple), in the reader's order (order),
 * one a left-hand item with "" for none (match); for number, its digits. null is unanswered.
 */
export type Answer = string[] | null;

/** What a cell's line says: an answer, or text that isn't one. */
export interface Reading {
  answer: Answer;
  other?: string;
}

/** The item of a cell's `crossroads` metadata and the Markdown above it; null where there is none. */
export function parseItem(metadata: unknown, markdown: string): Item | null {
  const { item: name, kind, unit } = (metadata ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !/^[A-Za-z_]\w*$/.test(name)) {
    return null;
  }
  if (typeof kind !== 'string' || !Object.hasOwn(controls, kind)) {
    return null;
  }
  const control = controls[kind as Kind];
  const heading = /^#{1,6}\s+(.+)$/m.exec(markdown)?.[1] ?? name;
  const written = optionsIn(markdown);
  const lines = written.map(({ code, text }) => ({ code, text: plain(text) }));
  const item: Item = {
    name,
    kind: kind as Item['kind'],
    title: plain(heading.split(' · ')[0]),
    unit: typeof unit === 'string' ? unit : '',
    options: lines.filter(({ code }) => /[a-z]/.test(code)),
    left: control === 'matching' ? lines.filter(({ code }) => /\d/.test(code)) : [],
    words: codesByWords(written)
  };
  const drawable = control === 'number' || item.options.length > 0;
  return drawable && (control !== 'matching' || item.left.length > 0) ? item : null;
}

/** Markdown's simple marks taken off: emphasis, code, links, images, escapes. */
export function plain(markdown: string): string {
  return markdown
    .split(/(`+[^`]+`+)/)
    .map((part, i) =>
      i % 2
        ? part.replace(/^`+ ?| ?`+$/g, '')
        : part
            .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
            .replace(/(\*\*|__|~~)(?=\S)(.+?)\1/g, '$2')
            .replace(/(?<![\\\w*])\*(?=\S)(.+?)(?<=[^\\\s])\*/g, '$1')
            .replace(/(?<![\\\w])_(?=\S)(.+?)(?<=\S)_(?!\w)/g, '$1')
            .replace(/\\([\\`*_{}[\]()#+\-.!|~$<>])/g, '$1')
    )
    .join('')
    .trim();
}

/** What the cell's source says about the item. */
export function readAnswer(source: string, item: Item): Reading {
  let other: string | undefined;
  for (const mixed of [false, true]) {
    const { text: cell } = asPython(source, mixed);
    const span = findValue(cell, item.name);
    const text = span ? cell.slice(span.start, span.end) : '';
    if (!text) {
      return { answer: null };
    }
    try {
      const value = literal(text);
      const coded = controls[item.kind] === 'number' ? value : inCodes(value, item.words);
      return { answer: blank(value) ? null : understand(coded, item) };
    } catch {
      other ??= text;
    }
  }
  return { answer: null, other };
}

/** A cell with the signs that Python knows, and Latin letters in the names that it gives a value. */
function asPython(source: string, mixed: boolean): { text: string; places: number[] } {
  const { text, places } = mended(source, mixed);
  return { text: text.replace(/^[\p{L}\p{N}_]+(?=[ \t]*=)/gmu, lookAlike), places };
}

/** The change to the source that writes an answer: put `text` in place of start..end. */
export function editFor(
  source: string,
  item: Item,
  answer: Answer
): { start: number; end: number; text: string } {
  const value = write(item, answer);
  const { text, places } = asPython(source, false);
  const span = findValue(text, item.name);
  if (!span) {
    return { start: 0, end: 0, text: `${item.name} = ${value}${source ? '\n' : ''}` };
  }
  const [line, start, end] = [span.line, span.start, span.end].map(place => places[place]);
  const head = text.slice(span.line, span.start);
  if (source.slice(line, start) !== head || /^\s*%/.test(head)) {
    // Python doesn't know the signs before the value: the whole line is written anew.
    return { start: line, end, text: `${item.name} = ${value}` };
  }
  return { start, end, text: start === end ? ` ${value}` : value };
}

function write({ kind, left }: Item, answer: Answer): string {
  if (!answer?.some(code => code)) {
    return 'None';
  }
  const quoted = answer.map(code => `"${code}"`);
  switch (controls[kind]) {
    case 'radios':
      return quoted[0];
    case 'checks':
      return `{${quoted.join(', ')}}`;
    case 'ordered':
      return `[${quoted.join(', ')}]`;
    case 'matching': {
      const pairs = left.map(({ code }, i) => `"${code}": ${quoted[i]}`);
      return `{${pairs.filter((_, i) => answer[i]).join(', ')}}`;
    }
    case 'number':
      return answer[0];
  }
}

// -- a literal of Python ---------------------------------------------------------------------------

class Text {
  constructor(readonly text: string) {}
}
class Pairs {
  constructor(readonly pairs: [Literal, Literal][]) {}
}
class Several {
  constructor(
    readonly items: Literal[],
    readonly ordered: boolean
  ) {}
}
/** A number is kept as its digits, so that 37.10 stays 37.10. */
class Digits {
  constructor(
    readonly digits: string,
    readonly whole: boolean
  ) {}
}
type Literal = null | Digits | Text | Several | Pairs;

/** A text with the signs that a backslash stands for. */
function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, sign) => ({ n: '\n', t: '\t' })[sign as string] ?? sign);
}

/** A number of Python's: a whole one has no zero in front. */
const NUMBER =
  /^[+-]?(?!0[\d_]*[1-9][\d_]*(?![\d_.e]))(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?(?![\w.])/i;

/** Read a literal. Throws where the text is anything else. */
function literal(text: string): Literal {
  let rest = text;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const found = pattern.exec(rest);
    rest = rest.slice(found?.[0].length ?? 0);
    return found;
  };
  const gap = () => take(/^(\s|#.*)*/);
  const list = <T>(close: RegExp, one: () => T): { items: T[]; comma: boolean } => {
    const items: T[] = [];
    let comma = false;
    for (gap(); !take(close); gap()) {
      if (items.length && !comma) {
        throw new SyntaxError('comma');
      }
      items.push(one());
      gap();
      comma = take(/^,/) !== null;
    }
    return { items, comma };
  };
  const value = (): Literal => {
    let found;
    gap();
    if (take(/^(None\b|\.\.\.)/)) {
      return null;
    }
    if (
      (found = take(/^"""((?:[^"\\]|\\[\\'"nt])*)"""|^'''((?:[^'\\]|\\[\\'"nt])*)'''/)) ||
      (found = take(/^"((?:[^"\\\n]|\\[\\'"nt])*)"|^'((?:[^'\\\n]|\\[\\'"nt])*)'/))
    ) {
      return new Text(unescaped(found[1] ?? found[2]));
    }
    if ((found = take(NUMBER))) {
      const digits = readNumber(found[0]);
      if (digits !== null) {
        return new Digits(digits, /^[+-]?[\d_]+$/.test(found[0]));
      }
    }
    if (take(/^\[/)) {
      return new Several(list(/^\]/, value).items, true);
    }
    if (take(/^\(/)) {
      const { items, comma } = list(/^\)/, value);
      return items.length === 1 && !comma ? items[0] : new Several(items, true);
    }
    if (take(/^set\(\s*\)/)) {
      return new Several([], false);
    }
    if (take(/^\{/)) {
      const { items } = list(/^\}/, () => {
        const key = value();
        gap();
        return take(/^:/) ? ([key, value()] as [Literal, Literal]) : key;
      });
      if (items.every(Array.isArray)) {
        return new Pairs(items as [Literal, Literal][]);
      }
      if (!items.some(Array.isArray)) {
        return new Several(items as Literal[], false);
      }
    }
    throw new SyntaxError('not a literal');
  };
  const whole = value();
  gap();
  if (!rest) {
    return whole;
  }
  // Without brackets a comma makes a tuple of it.
  const more = take(/^,/) ? list(/^$/, value).items : [];
  if (rest) {
    throw new SyntaxError('more than a literal');
  }
  return new Several([whole, ...more], true);
}

/** The parts that aren't blank. */
function filled({ items }: Several): Literal[] {
  return items.filter(item => !blank(item));
}

/** The one part of several that isn't blank, however deep; anything else as it is. */
function alone(value: Literal): Literal {
  for (let level = 0; level < 5 && value instanceof Several && filled(value).length === 1; level++) {
    value = filled(value)[0];
  }
  return value;
}

function blank(value: Literal): boolean {
  return (
    value === null ||
    (value instanceof Text && isBlank(value.text)) ||
    (value instanceof Several && value.items.every(blank)) ||
    (value instanceof Pairs && value.pairs.every(([, partner]) => blank(partner)))
  );
}

/** A value with codes in place of options' words, however deep these are in it. */
function inCodes(value: Literal, words: Item['words']): Literal {
  const each = (part: Literal) => inCodes(part, words);
  if (value instanceof Text) {
    return new Text(readOwnWords(value.text, words));
  }
  if (value instanceof Several) {
    return new Several(value.items.map(each), value.ordered);
  }
  return value instanceof Pairs
    ? new Pairs(value.pairs.map(([key, partner]) => [each(key), each(partner)]))
    : value;
}

/** The answer a value stands for. Throws where it isn't one of the item's. */
function understand(value: Literal, item: Item): Answer {
  const codes = item.options.map(({ code }) => code);
  switch (controls[item.kind]) {
    case 'radios':
      return [known(alone(value), codes)];
    case 'checks': {
      const chosen = parts(together(value), codes).map(part => known(part, codes));
      return codes.filter(code => chosen.includes(code));
    }
    case 'ordered': {
      const whole = together(value);
      const order = parts(whole, codes, true).map(part => known(part, codes));
      const ordered = !(whole instanceof Several) || whole.ordered;
      if (!ordered || order.length !== codes.length || new Set(order).size !== codes.length) {
        throw new RangeError('not an order');
      }
      return order;
    }
    case 'matching': {
      const pairs = pairsOf(value);
      const left = item.left.map(({ code }) => code);
      const answer = left.map(() => '');
      for (const [key, partner] of pairs) {
        if (!blank(partner)) {
          answer[left.indexOf(known(key, left))] = known(partner, codes);
        }
      }
      return answer.some(code => code) ? answer : null;
    }
    case 'number': {
      const one = alone(value);
      const digits = one instanceof Text ? readNumber(one.text, item.unit) : null;
      if (digits === null && !(one instanceof Digits)) {
        throw new RangeError('not a number');
      }
      return [digits ?? (one as Digits).digits];
    }
  }
}

/** What holds several letters: a collection or a text, without others around it. */
function together(value: Literal): Literal {
  const inner = alone(value);
  return inner instanceof Text || inner instanceof Several ? inner : value;
}

function parts(value: Literal, codes: string[], ordered = false): Literal[] {
  if (value instanceof Several) {
    const own = filled(value);
    return own.flatMap(part =>
      part instanceof Text && !codes.includes(readCode(part.text, codes))
        ? own.length === 1
          ? parts(part, codes, ordered)
          : readWords(part.text).map(word => new Text(word))
        : [part]
    );
  }
  const words = value instanceof Text ? readParts(value.text, codes, ordered) : [];
  if (!words.length) {
    throw new RangeError('not several');
  }
  return words.map(part => new Text(part));
}

/** Pairs in a dictionary, in a list of two each, or in texts. */
function pairsOf(value: Literal): [Literal, Literal][] {
  const each = value instanceof Several && value.ordered ? value.items : [];
  if (each.length && each.every(part => part instanceof Several && part.items.length === 2)) {
    return each.map(part => (part as Several).items as [Literal, Literal]);
  }
  const inner = alone(value);
  if (inner instanceof Pairs) {
    return inner.pairs;
  }
  const typed = inner instanceof Several ? inner.items : [inner];
  const texts = typed.filter(part => part instanceof Text).map(part => part.text);
  const pairs = texts.length === typed.length ? readPairs(texts) : [];
  if (!pairs.length) {
    throw new RangeError('not pairs');
  }
  return pairs.map(([key, partner]) => [new Text(key), new Text(partner)]);
}

/** An option's code: a text, a whole number, or the only one of several. */
function codeOf(value: Literal, codes: string[]): string {
  const inner = value instanceof Several && value.items.length === 1 ? value.items[0] : value;
  if (inner instanceof Text) {
    return readCode(inner.text, codes);
  }
  return inner instanceof Digits && inner.whole ? inner.digits : '';
}

function known(value: Literal, codes: string[]): string {
  const code = codeOf(value, codes);
  if (!codes.includes(code)) {
    throw new RangeError(`${code} is not an option`);
  }
  return code;
}

// -- where the value stands --------------------------------------------------------------------------

/**
 * The value's place in the last line that assigns to the name (Python keeps the last), without a
 * trailing comment. The value may run over several lines inside brackets.
 */
function findValue(
  source: string,
  name: string
): { line: number; start: number; end: number } | null {
  const given = `${name}[ \\t]*(?::[^=\\n]*)?=(?!=)[ \\t]*`;
  const lines = [...source.matchAll(new RegExp(`^(?:${prompt})?${given}`, 'gm'))];
  const line = lines.pop() ?? onlyStray(source, given);
  if (!line) {
    return null;
  }
  const from = line.index + line[0].length;
  const end = statementEnd(source, from);
  const value = source.slice(from, end).trimEnd();
  // An empty value starts right after the equals sign, so that blanks before a comment stay.
  const start = value ? from : source.indexOf('=', line.index) + 1;
  return { line: line.index, start, end: start + value.length };
}

/**
 * The one line that has another language's sign of a comment before the name. Of a cell that is
 * a magic's, and of one with long texts, a line may be anything.
 */
function onlyStray(source: string, given: string): RegExpExecArray | undefined {
  const lines = [...source.matchAll(new RegExp(`^(?:${stray})${given}`, 'gm'))];
  const magic = /^\s*%%/.test(source) && !new RegExp(`^(?:${stray})`).test(source.trimStart());
  return lines.length === 1 && !magic && !/"""|'''/.test(source) ? lines[0] : undefined;
}

function statementEnd(source: string, from: number): number {
  const token = /"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\\\n?|#.*|[^]/y;
  let depth = 0;
  for (token.lastIndex = from; token.lastIndex < source.length; ) {
    const at = token.lastIndex;
    const text = token.exec(source)![0];
    if (depth === 0 && (text[0] === '#' || text === '\n' || text === ';')) {
      return at;
    }
    depth += '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0;
  }
  // A bracket that is never closed: no more than its own line is the value.
  return depth > 0 ? from + /^[^#\n]*/.exec(source.slice(from))![0].length : source.length;
}
