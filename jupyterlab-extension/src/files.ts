// The course's files as the server has them: read again only where they have changed.

import type { Contents } from '@jupyterlab/services';
import {
  readCourse,
  readEntries,
  readQuiz,
  type Course,
  type Entries,
  type Entry,
  type Quiz
} from './course.js';

/** Where a course may lie: what Jupyter shows, or a checkout's own, as in Binder. */
const BASES = ['', 'course/'];
/** Where progress is kept: beside the lessons if not `crossroads lab` opened them, as in JupyterLite. */
const PROGRESS_IN = ['lessons/progress', 'progress'];
/** `lesson-03.json`, `quiz-03.json`; not a damaged one that was put aside. */
const PROGRESS = /^[\w-]+\.json$/;

export class Files {
  course: Course | null = null;
  /** The course's folder: "", or its path with a slash. */
  base = '';
  entries: Entries = new Map();
  quizzes: Quiz[] = [];
  /** Whether progress was read at all: until then nobody knows what is kept. */
  known = false;

  constructor(private _contents: Contents.IManager) {}

  /** The files that can't be read, by their paths. */
  get unread(): string[] {
    return [...this._unread].sort();
  }

  /** Look for a course in what the server shows; asks for nothing that isn't there. */
  async find(): Promise<boolean> {
    for (const base of BASES) {
      const path = `${base}lessons/course.json`;
      if (!this.course && (await this._names(`${base}lessons`)).some(found => found.path === path)) {
        this.base = base;
        this.course = readCourse(await this._json(path));
      }
    }
    return this.course !== null;
  }

  async readProgress(): Promise<void> {
    const turn = ++this._turn;
    const found = await Promise.all(PROGRESS_IN.map(folder => this._names(this.base + folder)));
    const files = found.flat().filter(({ name }) => PROGRESS.test(name));
    this._forget('.json', files);
    const read = files.map(file => this._read<[string, Entry][]>(file, readEntries));
    const entries = new Map((await Promise.all(read)).flatMap(entries => entries ?? []));
    // A slow answer mustn't undo a newer one.
    if (turn === this._turn) {
      this.entries = entries;
      this.known = true;
    }
  }

  async readQuizzes(): Promise<void> {
    const folders = (await this._names(`${this.base}quizzes`)).filter(({ type }) => type === 'directory');
    const inside = await Promise.all(folders.map(({ path }) => this._list(path)));
    const files = folders.flatMap(({ name }, i) => inside[i].filter(file => file.name === `${name}.ipynb`));
    this._forget('.ipynb', files);
    const read = files.map(file => this._read(file, data => readQuiz(file.path, data)));
    const found = (await Promise.all(read)).flatMap(quiz => quiz ?? []);
    this.quizzes = found.sort((a, b) => orderOf(a).localeCompare(orderOf(b), 'en', { numeric: true }));
  }

  /** Forget what couldn't be read and is gone. */
  private _forget(suffix: string, there: Contents.IModel[]): void {
    const gone = this.unread.filter(path => path.endsWith(suffix) && !there.some(file => file.path === path));
    gone.forEach(path => this._unread.delete(path));
  }

  /** What is in a folder; nothing where there is none. Nothing is asked for that isn't there. */
  private async _names(path: string): Promise<Contents.IModel[]> {
    const above = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    if (path && !(await this._names(above)).some(found => found.path === path)) {
      return [];
    }
    return this._list(path);
  }

  private async _list(path: string): Promise<Contents.IModel[]> {
    const { content } = await this._contents.get(path, { content: true });
    return content as Contents.IModel[];
  }

  /** A file's content, as `made` makes it; null where it can't be read. */
  private async _read<T>(file: Contents.IModel, made: (data: unknown) => T): Promise<T | null> {
    const modified = `${file.last_modified} ${file.size}`;
    const known = this._kept.get(file.path);
    if (known?.modified === modified) {
      return known.value as T | null;
    }
    let value: T | null = null;
    try {
      value = made(await this._json(file.path));
      this._unread.delete(file.path);
    } catch {
      this._unread.add(file.path);
    }
    this._kept.set(file.path, { modified, value });
    return value;
  }

  private async _json(path: string): Promise<unknown> {
    const notebook = path.endsWith('.ipynb');
    const options = notebook ? { content: true } : ({ type: 'file', format: 'text', content: true } as const);
    const { content } = await this._contents.get(path, options);
    // JupyterLite gives JSON as an object.
    return typeof content === 'string' ? JSON.parse(content) : content;
  }

  private _turn = 0;
  private _kept = new Map<string, { modified: string; value: unknown }>();
  private _unread = new Set<string>();
}

/** Quizzes by their numbers, then the rest. */
function orderOf({ path }: Quiz): string {
  return /\d/.test(path) ? `0 ${path}` : `1 ${path}`;
}
