// The pure part: an item's options from Markdown, and its answer from and into a line of Python.
// What counts as an answer is what crossroads.answers (read_single and the others) understands;
// tests/support/readings.json holds the cases that both are tried on.

import { lookAlike, mended, optionOf, plainSigns } from './signs.js';

export interface Option {
  code: string;
  text: string;
}

export interface Item {
  /** The Python variable that holds the answer. */
  name: string;
  kind: 'single' | 'multiple' | 'order' | 'match' | 'number';
  /** The question's heading, without its points. */
  title: string;
  unit: string;
  options: Option[];
  /** Left-hand items; empty but for match. */
  left: Option[];
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

const KINDS = ['single', 'multiple', 'order', 'match', 'number'];

/** The item of a cell's `crossroads` metadata and the Markdown above it; null where there is none. */
export function parseItem(metadata: unknown, markdown: string): Item | null {
  const { item: name, kind, unit } = (metadata ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !/^[A-Za-z_]\w*$/.test(name)) {
    return null;
  }
  if (typeof kind !== 'string' || !KINDS.includes(kind)) {
    return null;
  }
  const heading = /^#{1,6}\s+(.+)$/m.exec(markdown)?.[1] ?? name;
  const lines = [...markdown.matchAll(/^\s*- \*\*([a-z]|\d+)\.\*\*\s+(.+)$/gm)].map(
    ([, code, text]) => ({ code, text: plain(text) })
  );
  const item: Item = {
    name,
    kind: kind as Item['kind'],
    title: plain(heading.split(' · ')[0]),
    unit: typeof unit === 'string' ? unit : '',
    options: lines.filter(({ code }) => /[a-z]/.test(code)),
    left: kind === 'match' ? lines.filter(({ code }) => /\d/.test(code)) : []
  };
  const drawable = kind === 'number' || item.options.length > 0;
  return drawable && (kind !== 'match' || item.left.length > 0) ? item : null;
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
      return { answer: blank(value) ? null : understand(value, item) };
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
  if (source.slice(line, start) !== text.slice(span.line, span.start)) {
    // Python doesn't know the signs before the value: the whole line is written anew.
    return { start: line, end, text: `${item.name} = ${value}` };
  }
  return { start, end, text: start === end ? ` ${value}` : value };
}

/**
 * A number as typed, in Python's form; null where it isn't one: what crossroads.questions.signs.number and
 * read_number make of it. "1,234" could be two numbers, so it's none.
 */
export function readNumber(typed: string, unit = ''): string | null {
  let text = plainSigns(typed.trim().replaceAll('٬', '')).trim();
  const plainUnit = plainSigns(unit);
  text = plainUnit && text.endsWith(plainUnit) ? text.slice(0, -plainUnit.length) : text;
  text = text.replace(/[% ]+$/, '').replace(/^[+ ]+/, '').replace(/^(-?)\s+/, '$1');
  for (const group of [' ', "'", '_']) {
    if (new RegExp(`^-?\\d{1,3}(${group}\\d{3})+([.,]\\d+)?$`).test(text)) {
      text = text.replaceAll(group, '');
    }
  }
  for (const [group, point] of [',.', '.,']) {
    const several = `(\\${group}\\d{3})`;
    if (new RegExp(`^-?\\d{1,3}(${several}{2,}|${several}+\\${point}\\d+)$`).test(text)) {
      text = text.replaceAll(group, '').replace(point, '.');
    }
  }
  if (/^[+-]?\d+,\d*$/.test(text) && !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text)) {
    text = text.replace(',', '.');
  }
  text = text.replace(/(?<=\d)_(?=\d)/g, '');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !isFinite(Number(text))) {
    return null;
  }
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? text : String(Number(text));
}

function write({ kind, left }: Item, answer: Answer): string {
  if (!answer?.some(code => code)) {
    return 'None';
  }
  const quoted = answer.map(code => `"${code}"`);
  switch (kind) {
    case 'single':
      return quoted[0];
    case 'multiple':
      return `{${quoted.join(', ')}}`;
    case 'order':
      return `[${quoted.join(', ')}]`;
    case 'match': {
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
type Literal = null | string | Text | Several | Pairs;

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
    if ((found = take(/^"""([^"\\]*)"""|^'''([^'\\]*)'''/))) {
      return new Text(found[1] ?? found[2]);
    }
    if ((found = take(/^"([^"\\\n]*)"|^'([^'\\\n]*)'/))) {
      return new Text(found[1] ?? found[2]);
    }
    if ((found = take(/^[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[+-]?\d+)?(?!\w)/i))) {
      const digits = readNumber(found[0].replaceAll('_', ''));
      if (digits !== null) {
        return digits;
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
  if (rest) {
    throw new SyntaxError('more than a literal');
  }
  return whole;
}

function blank(value: Literal): boolean {
  return (
    value === null ||
    (value instanceof Text && !value.text.trim()) ||
    (value instanceof Several && value.items.every(blank)) ||
    (value instanceof Pairs && value.pairs.every(([, partner]) => blank(partner)))
  );
}

/** The answer a value stands for. Throws where it isn't one of the item's. */
function understand(value: Literal, item: Item): Answer {
  const codes = item.options.map(({ code }) => code);
  switch (item.kind) {
    case 'single':
      return [known(value, codes)];
    case 'multiple': {
      const chosen = parts(value, codes).map(part => known(part, codes));
      return codes.filter(code => chosen.includes(code));
    }
    case 'order': {
      const order = parts(value, codes).map(part => known(part, codes));
      const ordered = !(value instanceof Several) || value.ordered;
      if (!ordered || order.length !== codes.length || new Set(order).size !== codes.length) {
        throw new RangeError('not an order');
      }
      return order;
    }
    case 'match': {
      if (!(value instanceof Pairs)) {
        throw new RangeError('not pairs');
      }
      const left = item.left.map(({ code }) => code);
      const answer = left.map(() => '');
      for (const [key, partner] of value.pairs) {
        if (!blank(partner)) {
          answer[left.indexOf(known(key, left))] = known(partner, codes);
        }
      }
      return answer.some(code => code) ? answer : null;
    }
    case 'number': {
      let digits = value;
      if (value instanceof Text) {
        digits = readNumber(value.text, item.unit);
      }
      if (typeof digits !== 'string') {
        throw new RangeError('not a number');
      }
      return [digits];
    }
  }
}

function parts(value: Literal, codes: string[]): Literal[] {
  if (value instanceof Several) {
    return value.items;
  }
  if (!(value instanceof Text)) {
    throw new RangeError('not several');
  }
  const words = plainSigns(value.text)
    .replace(/^[[\]{}() ]+|[[\]{}() ]+$/g, '')
    .replace(/[,;/&+]|\band\b/g, ' ')
    .split(/\s+/)
    .filter(Boolean);
  const run = words.length === 1 && !codes.includes(codeOf(new Text(words[0]), codes));
  return (run ? [...words[0]] : words).map(word => new Text(word));
}

/** An option's code: `" B. "` is b, `1` is 1, `["b"]` is b. */
function codeOf(value: Literal, codes: string[]): string {
  const inner = value instanceof Several && value.items.length === 1 ? value.items[0] : value;
  if (inner instanceof Text) {
    const code = plainSigns(inner.text.trim()).replace(/^[.,;:()[\]{}'"`*\s]+|[.,;:()[\]{}'"`*\s]+$/g, '');
    return /^\d+$/.test(code) ? String(Number(code)) : optionOf(code, codes);
  }
  return typeof inner === 'string' ? inner : '';
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
  const assigned = new RegExp(`^${name}[ \\t]*(?::[^=\\n]*)?=(?!=)[ \\t]*`, 'gm');
  const line = [...source.matchAll(assigned)].pop();
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
