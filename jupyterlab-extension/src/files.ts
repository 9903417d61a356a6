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
} from './course';

/** Where progress is kept; beside the lessons where another command opened them, as in JupyterLite. */
const FOLDERS = ['progress', 'lessons/progress'];
/** `lesson-03.json`, `quiz-03.json`; not a damaged one that was put aside. */
const PROGRESS = /^[\w-]+\.json$/;

export class Files {
  course: Course | null = null;
  entries: Entries = new Map();
  quizzes: Quiz[] = [];
  /** Whether progress was read at all: until then nobody knows what is kept. */
  known = false;

  constructor(private _contents: Contents.IManager) {}

  /** The files that can't be read, by their paths. */
  get unread(): string[] {
    return [...this._unread].sort();
  }

  /** Look for a course in the server's folder; asks for nothing that isn't there. */
  async find(): Promise<boolean> {
    const path = 'lessons/course.json';
    if ((await this._names('lessons')).some(found => found.path === path)) {
      this.course = readCourse(await this._json(path));
    }
    return this.course !== null;
  }

  async readProgress(): Promise<void> {
    const [own, beside] = FOLDERS;
    const there = (await this._list('')).some(({ path }) => path === own);
    const found = await (there ? this._list(own) : this._names(beside));
    const files = found.filter(({ name }) => PROGRESS.test(name));
    const paths = new Set(files.map(({ path }) => path));
    const gone = this.unread.filter(path => path.endsWith('.json') && !paths.has(path));
    gone.forEach(path => this._unread.delete(path));
    const read = files.map(file => this._read<[string, Entry][]>(file, readEntries));
    this.entries = new Map((await Promise.all(read)).flatMap(entries => entries ?? []));
    this.known = true;
  }

  async readQuizzes(): Promise<void> {
    const folders = (await this._names('quizzes')).filter(({ type }) => type === 'directory');
    const inside = await Promise.all(folders.map(({ path }) => this._list(path)));
    const files = folders.flatMap(({ name }, i) => inside[i].filter(file => file.name === `${name}.ipynb`));
    const read = files.map(file => this._read(file, data => readQuiz(file.path, data)));
    const found = (await Promise.all(read)).flatMap(quiz => quiz ?? []);
    this.quizzes = found.sort((a, b) => orderOf(a).localeCompare(orderOf(b), 'en', { numeric: true }));
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
    const known = this._kept.get(file.path);
    if (known?.modified === file.last_modified) {
      return known.value as T | null;
    }
    let value: T | null = null;
    try {
      value = made(await this._json(file.path));
      this._unread.delete(file.path);
    } catch {
      this._unread.add(file.path);
    }
    this._kept.set(file.path, { modified: file.last_modified, value });
    return value;
  }

  private async _json(path: string): Promise<unknown> {
    const notebook = path.endsWith('.ipynb');
    const options = notebook ? { content: true } : ({ type: 'file', format: 'text', content: true } as const);
    const { content } = await this._contents.get(path, options);
    // JupyterLite gives JSON as an object.
    return typeof content === 'string' ? JSON.parse(content) : content;
  }

  private _kept = new Map<string, { modified: string; value: unknown }>();
  private _unread = new Set<string>();
}

/** Quizzes by their numbers, then the rest. */
function orderOf({ path }: Quiz): string {
  return /\d/.test(path) ? `0 ${path}` : `1 ${path}`;
}
