// The pure part of the Course panel: what it says, from the course's list, progress and quizzes.

import { parseItem, readAnswer } from './item.js';

export interface Lesson {
  lesson: number;
  title: string;
  minutes: number;
  file: string;
  /** The ids of its self-checks. */
  items: string[];
}

/** `lessons/course.json`, which `crossroads.lessons.notebooks` makes. */
export interface Course {
  language: string;
  lessons: Lesson[];
  /** What items are called now by their old ids, which older copies of lessons still ask for. */
  renumbered: Record<string, string>;
}

/** What progress keeps of one item. */
export type Entry = Record<string, unknown>;
export type Entries = Map<string, Entry>;

export interface Standing extends Lesson {
  /** How many of its self-checks were right once. */
  done: number;
  /** When something in it was last answered or predicted; empty for never. */
  when: string;
}

export interface Quiz {
  path: string;
  title: string;
  /** The questions without an answer, by their titles. */
  open: string[];
  questions: number;
  deadline: Date | null;
}

/** The course's list from its file's JSON. Throws where it is something else. */
export function readCourse(data: unknown): Course {
  const { lessons, language, renumbered } = data as Course;
  if (!Array.isArray(lessons) || !lessons.every(isLesson)) {
    throw new TypeError('not the list of a course');
  }
  return { lessons, language: String(language ?? 'en'), renumbered: renumbered ?? {} };
}

function isLesson(data: unknown): data is Lesson {
  const { title, file, items } = (data ?? {}) as Lesson;
  return typeof title === 'string' && typeof file === 'string' && Array.isArray(items);
}

/** The entries of a progress file's JSON. Throws where it isn't one. */
export function readEntries(data: unknown): [string, Entry][] {
  // The first version of these files held the entries alone.
  const entries = isObject(data) && 'schema' in data ? data.entries : data;
  if (!isObject(entries) || !Object.values(entries).every(isObject)) {
    throw new TypeError('not a progress file');
  }
  return Object.entries(entries) as [string, Entry][];
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** Whether an item was right once: the rule of crossroads.lessons.progress. */
export function everRight(entry: Entry): boolean {
  const { ever_right: once, state, first, box } = entry;
  if (once !== undefined) {
    return Boolean(once);
  }
  // A card that has left the first of five boxes; in the sixth, it's learned.
  const later = [2, 3, 4, 5, 6].includes(box as number);
  return state === 'right' || first === 'right' || later;
}

/** How far each lesson is. */
export function standings({ lessons }: Course, entries: Entries): Standing[] {
  return lessons.map(lesson => {
    const kept = lesson.items.flatMap((id): Entry[] => (entries.has(id) ? [entries.get(id)!] : []));
    // A prediction counts, too: the ids of a lesson begin with its number.
    const touched = [...entries].filter(([id]) => id.startsWith(`${String(lesson.lesson).padStart(2, '0')}-`));
    const times = touched.map(([, { when }]) => (typeof when === 'string' ? when : ''));
    return {
      ...lesson,
      done: kept.filter(everRight).length,
      when: times.sort().at(-1) ?? ''
    };
  });
}

export function isDone({ done, items }: Standing): boolean {
  return items.length > 0 && done === items.length;
}

/** The lesson to go on with: the last one touched or, where that one is done, the next open one. */
export function whereToContinue(all: Standing[]): Standing | null {
  const touched = all.filter(({ when }) => when);
  const last = touched.sort((a, b) => (a.when < b.when ? 1 : -1))[0];
  const open = all.filter(lesson => !isDone(lesson));
  if (last && !isDone(last)) {
    return last;
  }
  return open.find(({ lesson }) => last && lesson > last.lesson) ?? open[0] ?? null;
}

/** What is open in a quiz's notebook; null where it asks nothing. */
export function readQuiz(path: string, notebook: unknown): Quiz | null {
  const { cells, metadata } = notebook as { cells: Cell[]; metadata?: Record<string, unknown> };
  const about = (metadata?.crossroads ?? {}) as Record<string, unknown>;
  const questions: { title: string; open: boolean }[] = [];
  let stem = '';
  for (const cell of cells) {
    const source = Array.isArray(cell.source) ? cell.source.join('') : String(cell.source ?? '');
    const { item, kind } = (cell.metadata?.crossroads ?? {}) as Record<string, unknown>;
    if (typeof item === 'string' && kind !== 'criterion') {
      questions.push({ title: titleOf(stem, item), open: isOpen(cell, source, stem) });
    } else if (cell.cell_type === 'markdown') {
      stem = source;
    }
  }
  if (!questions.length) {
    return null;
  }
  const deadline = new Date(typeof about.deadline === 'string' ? about.deadline : NaN);
  return {
    path,
    title: typeof about.title === 'string' ? about.title : path.replace(/^.*\/|\.ipynb$/g, ''),
    open: questions.filter(({ open }) => open).map(({ title }) => title),
    questions: questions.length,
    deadline: isNaN(deadline.getTime()) ? null : deadline
  };
}

interface Cell {
  cell_type: string;
  source?: string | string[];
  metadata?: Record<string, unknown>;
}

/** The heading of a question, without its points. */
function titleOf(stem: string, item: string): string {
  return /^#{1,6}\s+(.+)$/m.exec(stem)?.[1].split(' · ')[0].trim() ?? item;
}

/** Code that still holds the place for an answer, and the line that stands in for a text. */
const BLANK = /=\s*(None|""|\.\.\.)[ \t]*(#.*)?$|\[\s*\n(\s*#.*\n)+\s*\]/m;
const PLACEHOLDER = /^[*_][^*_\n]+ in place of this line\.?[*_]\s*$/m;

function isOpen(cell: Cell, source: string, stem: string): boolean {
  const item = parseItem(cell.metadata?.crossroads, stem);
  if (item) {
    return readAnswer(source, item).answer === null;
  }
  return !source.trim() || (cell.cell_type === 'markdown' ? PLACEHOLDER : BLANK).test(source);
}

/** A cell that shows what a prediction is about: the prediction's id, and the cell that asks it. */
export interface Waiting {
  id: string;
  asked: number;
}

/**
 * By cell: the prediction that is to be made before its output is looked at. These are the cells
 * between `cr.predict` and the `cr.prediction` that lays it beside the result.
 */
export function waitingCells(sources: string[], kept: (id: string) => boolean): Map<number, Waiting> {
  const found = new Map<number, Waiting>();
  const laid = sources.map(source => callOf(source, 'prediction'));
  sources.forEach((source, asked) => {
    const id = callOf(source, 'predict');
    const end = id && !kept(id) ? laid.indexOf(id, asked) : -1;
    for (let place = asked + 1; place < end; place++) {
      if (sources[place].trim() && !/\bcr\.(check|predict|prediction)\(/.test(sources[place])) {
        found.set(place, found.get(place) ?? { id: id!, asked });
      }
    }
  });
  return found;
}

function callOf(source: string, name: string): string | null {
  return new RegExp(`^[^#\\n]*\\bcr\\.${name}\\(\\s*["']([\\w-]+)["']`, 'm').exec(source)?.[1] ?? null;
}
