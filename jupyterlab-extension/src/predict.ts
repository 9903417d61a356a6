// A prediction comes before what it predicts: until it's kept, what the cells after it show is
// covered, and one button uncovers it. After Run All, the reader stands at the prediction again.

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Widget, type PanelLayout } from '@lumino/widgets';
import { waitingCells, type Waiting } from './course';
import type { Files } from './files';
import type { Speech } from './speech';
import { el } from './view';

const COVERED = 'crp-covered';

/** The covers of one lesson. */
export class Covers {
  constructor(
    private _panel: NotebookPanel,
    private _files: Files,
    private _speech: Speech
  ) {}

  /** Cover what has to wait, and uncover the rest. */
  draw(): void {
    const waiting = this._waiting();
    this._panel.content.widgets.forEach((cell, place) => {
      const found = waiting.get(place);
      cell.toggleClass(COVERED, found !== undefined);
      if (found && !this._covers.has(cell)) {
        const cover = this._cover(found);
        this._covers.set(cell, cover);
        // Lab fills a cell far down the page only when it comes near.
        void cell.ready.then(() => attach(cell, cover));
      } else if (!found) {
        this._covers.get(cell)?.dispose();
        this._covers.delete(cell);
      }
    });
  }

  /** The cell that asks for the first prediction that isn't kept. */
  get asked(): number | undefined {
    return [...this._waiting().values()].map(({ asked }) => asked).sort((a, b) => a - b)[0];
  }

  private _waiting(): Map<number, Waiting> {
    const { known, entries, course } = this._files;
    const sources = this._panel.content.widgets.map(({ model }) =>
      model.type === 'code' && !showsOther(model) ? model.sharedModel.getSource() : ''
    );
    const now = (id: string) => course?.renumbered[id] ?? id;
    const kept = (id: string) => !known || this._shown.has(id) || Boolean(entries.get(now(id))?.answer);
    return waitingCells(sources, kept);
  }

  private _cover({ id }: Waiting): Widget {
    const { _, attributes } = this._speech;
    const back = () => {
      const found = [...this._waiting().values()].find(one => one.id === id);
      goTo(this._panel, found?.asked ?? -1);
    };
    const show = (event: Event) => {
      const cell = (event.target as Element).closest<HTMLElement>('.jp-Cell');
      this._shown.add(id);
      this.draw();
      cell?.focus();
    };
    const node = el(
      'div',
      { className: 'crp crp-cover', ...attributes },
      el('p', {}, _('Predict first. Write down what you expect and save it, then look here.')),
      el('button', { type: 'button', onclick: back }, _('Go to the prediction')),
      el('button', { type: 'button', onclick: show }, _('Show it anyway'))
    );
    return new Widget({ node });
  }

  private _covers = new Map<Cell, Widget>();
  /** Predictions that the reader doesn't want to make. */
  private _shown = new Set<string>();
}

/** Whether a cell shows nothing of what is predicted; its metadata say so. */
function showsOther(model: Cell['model']): boolean {
  const about = model.getMetadata('crossroads') as { predicted?: boolean } | undefined;
  return about?.predicted === false;
}

function attach(cell: Cell, cover: Widget): void {
  if (!cell.isDisposed && !cover.isDisposed) {
    const layout = cell.layout as PanelLayout;
    const output = layout.widgets.findIndex(child => child.hasClass('jp-Cell-outputWrapper'));
    layout.insertWidget(output < 0 ? layout.widgets.length : output, cover);
  }
}

function goTo({ content }: NotebookPanel, place: number, align: 'start' | 'smart' = 'start'): void {
  if (content.widgets[place]) {
    content.activeCellIndex = place;
    content.deselectAll();
    void content.scrollToItem(place, align);
  }
}

const RUN_ALL = ['notebook:run-all-cells', 'notebook:restart-run-all'];

/**
 * After Run All the front end stands at the last cell: bring the reader back, to the first prediction
 * that isn't kept, else to where they were.
 */
export function comeBack(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  covers: (panel: NotebookPanel) => Covers | undefined
): void {
  let now = 0;
  let before = { place: 0, left: -Infinity };
  tracker.activeCellChanged.connect(() => {
    before = { place: now, left: performance.now() };
    now = tracker.currentWidget?.content.activeCellIndex ?? 0;
  });
  app.commands.commandExecuted.connect((_, { id, result }) => {
    const panel = tracker.currentWidget;
    const own = panel && covers(panel);
    if (!own || !RUN_ALL.includes(id)) {
      return;
    }
    // The jump to the end was made just now, or comes once the kernel is there again.
    const { activeCellIndex, widgets } = panel.content;
    const jumped = activeCellIndex === widgets.length - 1 && performance.now() - before.left < 1000;
    const was = jumped ? before.place : activeCellIndex;
    let moved = false;
    const move = () => (moved = true);
    const signs = ['keydown', 'pointerdown', 'wheel'];
    signs.forEach(sign => panel.node.addEventListener(sign, move, true));
    const back = () => {
      if (!moved && !panel.isDisposed) {
        goTo(panel, own.asked ?? was, own.asked === undefined ? 'smart' : 'start');
      }
    };
    if (id === RUN_ALL[0]) {
      setTimeout(back, 50);
    }
    const end = () => {
      back();
      signs.forEach(sign => panel.node.removeEventListener(sign, move, true));
    };
    void result.then(end, end);
  });
}
