// The pen: an item's options as real controls under its answer line. The line is the answer; the
// controls write it and follow it. It needs no kernel.

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { PanelLayout } from '@lumino/widgets';
import { courses } from './courses';
import { editFor, parseItem, readAnswer, type Answer, type Item } from './item';
import { keep } from './kept';
import { speechOf } from './speech';
import './values';
import { Pen } from './view';

/** A faulty pen leaves the plain line; it must never keep a notebook from opening. */
function guard(action: () => void): void {
  try {
    action();
  } catch (error) {
    console.error('crossroads-pen:', error);
  }
}

/** Keep one notebook's pens in line with its cells. */
function attend(panel: NotebookPanel): void {
  const pens = new WeakMap<Cell, Pen>();
  let due = false;

  // One look at the whole notebook serves typing, undo, new cells, moved cells and reloads alike.
  const refresh = () => {
    if (!due) {
      due = true;
      setTimeout(() => {
        due = false;
        if (!panel.isDisposed) {
          drawAll();
        }
      });
    }
  };

  const drawAll = () => {
    let markdown = '';
    for (const cell of panel.content.widgets) {
      if (cell.model.type === 'markdown') {
        markdown = cell.model.sharedModel.getSource();
      } else if (cell.model.type === 'code') {
        guard(() => draw(cell, parseItem(cell.model.getMetadata('crossroads'), markdown)));
      }
    }
  };

  const draw = (cell: Cell, item: Item | null) => {
    let pen = pens.get(cell);
    if (!item) {
      pen?.dispose();
      pens.delete(cell);
      return;
    }
    if (!pen) {
      const chosen = (item: Item, answer: Answer) =>
        guard(() => {
          write(cell, item, answer);
          draw(cell, item);
        });
      pen = new Pen(chosen, speechOf(panel.content.model?.getMetadata('crossroads')));
      pens.set(cell, pen);
      const attached = pen;
      // Lab fills a cell far down the page only when it comes near.
      void cell.ready.then(() => guard(() => attach(cell, attached)));
    }
    pen.draw(item, readAnswer(cell.model.sharedModel.getSource(), item), readOnly(cell));
  };

  const attach = (cell: Cell, pen: Pen) => {
    if (!cell.isDisposed && !pen.isDisposed) {
      const layout = cell.layout as PanelLayout;
      const input = layout.widgets.findIndex(child => child.hasClass('jp-Cell-inputWrapper'));
      layout.insertWidget(input + 1, pen);
    }
  };

  const readOnly = (cell: Cell) =>
    cell.readOnly ||
    panel.content.model?.readOnly === true ||
    panel.context.contentsModel?.writable === false;

  const write = (cell: Cell, item: Item, answer: Answer) => {
    if (!readOnly(cell)) {
      const { sharedModel } = cell.model;
      const { start, end, text } = editFor(sharedModel.getSource(), item, answer);
      sharedModel.updateSource(start, end, text);
    }
  };

  void panel.context.ready.then(() =>
    guard(() => {
      panel.content.model?.contentChanged.connect(refresh);
      refresh();
    })
  );
}

/**
 * Keep Lab's shortcuts for plain keys ("d d", arrows, Shift Enter) from a reader in a control; Ctrl S
 * and the like go on working. Notebook 7 looks at keys on their way down, before any pen could stop
 * them, so the mark that Lab looks for is set here, first of all: on the control itself, since
 * shortcuts with `:focus` match there before Lab looks at what is around it.
 */
function shieldKeys(event: KeyboardEvent): void {
  const control = event.target;
  if (control instanceof Element && control.closest('.crp')) {
    const plain = !(event.ctrlKey || event.metaKey) || event.key === 'Enter';
    control.toggleAttribute('data-lm-suppress-shortcuts', plain);
  }
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'crossroads-pen:plugin',
  description: "Draws a quiz item's options as real controls under its answer line.",
  autoStart: true,
  // Not `requires`: a page without notebooks is no error.
  optional: [INotebookTracker],
  activate: (_app: unknown, tracker: INotebookTracker | null) =>
    guard(() => {
      if (tracker) {
        window.addEventListener('keydown', shieldKeys, true);
        for (const care of [attend, keep]) {
          tracker.forEach(panel => guard(() => care(panel)));
          tracker.widgetAdded.connect((_, panel) => guard(() => care(panel)));
        }
      }
    })
};

export default [plugin, courses];
