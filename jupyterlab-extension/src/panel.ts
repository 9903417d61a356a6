// The Course panel: where to go on, the lessons, the quizzes, and help. Links are real links.

import { LabIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import { isDone, standings, whereToContinue, type Quiz, type Standing } from './course';
import type { Files } from './files';
import { speechOf, type Speech } from './speech';
import { el } from './view';

/** A signpost with two arms; it takes the theme's colour. */
const icon = new LabIcon({
  name: 'crossroads:course',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3 jp-icon-selectable" fill="#616161" d="M11 1h2v2h5l4 3-4 3h-5v2h7v6h-7v6h-2v-6H6l-4-3
    4-3h5V9H4V3h7z"/></svg>`
});

export interface Doors {
  /** Open a file of the course, as its link does. */
  open(path: string): void;
  /** Run one of the front end's commands. */
  run(command: string): void;
  /** The address of a file's page. */
  address(path: string): string;
  /** Commands that this front end has. */
  has(command: string): boolean;
}

export class CoursePanel extends Widget {
  constructor(
    private _files: Files,
    private _doors: Doors
  ) {
    super();
    this._speech = speechOf(_files.course);
    this.id = 'crossroads-course';
    this.addClass('crc');
    Object.assign(this.node, this._speech.attributes);
    this.node.setAttribute('role', 'navigation');
    this.node.tabIndex = -1;
    this.title.icon = icon;
    const name = this._speech._('Course');
    this.title.caption = name;
    this.node.setAttribute('aria-label', name);
  }

  /** Show how things stand; `current` is the path of the open notebook. */
  draw(current: string): void {
    const { course, entries, quizzes, unread } = this._files;
    const all = standings(course!, entries);
    const state = JSON.stringify([all, quizzes, unread, current, new Date().toDateString()]);
    if (state === this._state) {
      return;
    }
    this._state = state;
    const { _ } = this._speech;
    const focus = document.activeElement?.closest<HTMLElement>('.crc [data-key]')?.dataset.key;
    const unfolded = this.node.querySelector('details')?.open ?? false;
    const scroll = this.node.scrollTop;
    this.node.replaceChildren(
      el('h2', {}, _('Course')),
      ...this._summary(all),
      el('h3', {}, _('Lessons')),
      this._list(all.map(lesson => this._lesson(lesson, current))),
      ...this._quizzes(quizzes, current),
      el('h3', {}, _('Help')),
      this._help(unfolded, current),
      ...unread.map(file =>
        el('p', { className: 'crc-note' }, _("{file} can't be read. The rest is shown.", { file }))
      )
    );
    this.node.scrollTop = scroll;
    if (focus) {
      this.node.querySelector<HTMLElement>(`[data-key="${CSS.escape(focus)}"]`)?.focus();
    }
  }

  private _summary(all: Standing[]): HTMLElement[] {
    const { _ } = this._speech;
    const items = all.reduce((sum, lesson) => sum + lesson.items.length, 0);
    const right = all.reduce((sum, lesson) => sum + lesson.done, 0);
    const words = _('{done} of {items} self-checks, {lessons} of {all} lessons', {
      done: String(right),
      items: String(items),
      lessons: String(all.filter(isDone).length),
      all: String(all.length)
    });
    const bar = el('progress', { max: items || 1, value: right });
    bar.setAttribute('aria-label', _('Your progress'));
    bar.setAttribute('aria-valuetext', words);
    const next = whereToContinue(all);
    const shown: HTMLElement[] = [bar, el('p', { className: 'crc-far' }, words)];
    if (next) {
      const begun = all.some(({ when }) => when);
      const title = nameOf(next);
      const link = this._link(this._lessonPath(next.file), '', 'continue');
      link.className = 'crc-next';
      link.append(
        el('span', {}, begun ? _('Continue where you stopped') : _('Start with')),
        el('strong', {}, title)
      );
      shown.push(link);
    }
    return shown;
  }

  private _lesson(lesson: Standing, current: string): HTMLElement {
    const { _ } = this._speech;
    const values = { done: String(lesson.done), items: String(lesson.items.length) };
    const minutes = _('{minutes} min', { minutes: String(lesson.minutes) });
    const far = !lesson.items.length
      ? ''
      : isDone(lesson)
        ? _('✓ all {items} done', values)
        : _('{done} of {items} done', values);
    return this._entry(this._lessonPath(lesson.file), nameOf(lesson), [minutes, far], current);
  }

  private _quizzes(quizzes: Quiz[], current: string): HTMLElement[] {
    const { _ } = this._speech;
    if (!quizzes.length) {
      return [];
    }
    const entries = quizzes.map(quiz => {
      const open = quiz.open.length;
      const values = { open: String(open), all: String(quiz.questions) };
      const far = !open
        ? _('✓ every question has an answer')
        : open === quiz.questions
          ? _('not started: {all} questions', values)
          : _('{open} of {all} not answered yet: {which}', { ...values, which: numbers(quiz.open) });
      return this._entry(quiz.path, quiz.title, [far, this._due(quiz.deadline)], current);
    });
    return [el('h3', {}, _('Quizzes')), this._list(entries)];
  }

  /** When a quiz is due, by the reader's own clock. */
  private _due(deadline: Date | null): string {
    const { _, attributes } = this._speech;
    if (!deadline) {
      return '';
    }
    const form = new Intl.DateTimeFormat(attributes.lang ?? 'en-GB', {
      dateStyle: 'medium',
      timeStyle: 'short'
    });
    const time = form.format(deadline);
    return deadline.getTime() < Date.now() ? _('was due {time}', { time }) : _('due {time}', { time });
  }

  private _help(unfolded: boolean, current: string): HTMLElement {
    const { _ } = this._speech;
    const control = /Mac/.test(navigator.platform) ? 'Cmd' : 'Ctrl';
    const keys = [
      ['Shift + Enter', _('run the cell, go to the next one')],
      ['Enter', _('type in the chosen cell')],
      ['Esc', _('stop typing; arrows then move between cells')],
      ['Tab', _('go to the next button or box of a question')],
      [`${control} + S`, _('save')],
      [`${control} + Shift + C`, _('all commands, by name')]
    ].flatMap(([key, words]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, words)]);
    const fold = el('details', { open: unfolded }, el('summary', {}, _('Keys')), el('dl', {}, ...keys));
    fold.querySelector('summary')!.dataset.key = 'keys';
    const buttons = [
      ['apputils:display-shortcuts', _('All keyboard shortcuts')],
      ['filebrowser:activate', _('Show all files')]
    ].filter(([command]) => this._doors.has(command));
    return el(
      'ul',
      {},
      this._entry(this._lessonPath('glossary.md'), _('Glossary'), [], current),
      el('li', {}, fold),
      ...buttons.map(([command, words]) => {
        const button = el('button', { type: 'button', onclick: () => this._doors.run(command) }, words);
        button.dataset.key = command;
        return el('li', {}, button);
      })
    );
  }

  private _lessonPath(file: string): string {
    return `${this._files.base}lessons/${file}`;
  }

  private _list(entries: HTMLElement[]): HTMLElement {
    return el('ul', {}, ...entries);
  }

  /** A link to a file, and what there is to say of it. */
  private _entry(path: string, title: string, notes: string[], current: string): HTMLElement {
    const link = this._link(path, title, path);
    if (path === current) {
      link.setAttribute('aria-current', 'page');
    }
    const words = notes.filter(Boolean).join(' · ');
    return el('li', {}, link, ...(words ? [el('span', { className: 'crc-note' }, words)] : []));
  }

  private _link(path: string, text: string, key: string): HTMLAnchorElement {
    const link = el('a', { href: this._doors.address(path) }, text);
    link.dataset.key = key;
    link.addEventListener('click', event => {
      // A new tab of the browser stays the reader's choice.
      if (!(event.ctrlKey || event.metaKey || event.shiftKey)) {
        event.preventDefault();
        this._doors.open(path);
      }
    });
    return link;
  }

  private _speech: Speech;
  private _state = '';
}

/** A lesson by number and title. */
function nameOf({ lesson, title }: { lesson: number; title: string }): string {
  return `${lesson} · ${title}`;
}

/** Questions by their numbers where they have them. */
function numbers(titles: string[]): string {
  return titles.map(title => /\d+$/.exec(title)?.[0] ?? title).join(', ');
}
