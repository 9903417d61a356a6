// A saved lesson shows each widget as it stood. What draws a widget isn't in the file: in its place
// is what was shown, as HTML that any front end and any reader can show; run again, it's live.

import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { CodeCell } from '@jupyterlab/cells';
import type * as nbformat from '@jupyterlab/nbformat';
import { whenDrawn } from './drawn';
import { isOwn, still } from './still';

const VIEW = 'application/vnd.jupyter.widget-view+json';
const HTML = 'text/html';
/** The line that says how old a picture is: Python writes it, and it gets its button here. */
const ASLEEP = 'cr-asleep';
/** What a kernel's state is called when it ends, or begins anew with nothing in it. */
const GONE = ['restarting', 'autorestarting', 'terminating', 'dead'];

/** Keep a notebook's widgets as pictures when it's saved, and offer to run their cells. */
export function keep(panel: NotebookPanel): void {
  const model = panel.context.model;
  const whole = model.toJSON.bind(model);
  model.toJSON = () => withPictures(whole() as nbformat.INotebookContent, panel) as never;

  let anyRan = false;
  const executed = (_: unknown, { notebook }: { notebook: unknown }) => {
    anyRan = anyRan || notebook === panel.content;
  };
  NotebookActions.executed.connect(executed);
  panel.disposed.connect(() => NotebookActions.executed.disconnect(executed));
  panel.sessionContext.statusChanged.connect((_, status) => {
    if (GONE.includes(status)) {
      anyRan = false;
      putToSleep(panel);
    }
  });
  offerToRun(panel, () => anyRan);
  void panel.context.ready.then(() => wakeOrKeep(panel));
}

/** The notebook as it's written: widgets that are shown become pictures of themselves. */
function withPictures(
  content: nbformat.INotebookContent,
  panel: NotebookPanel
): nbformat.INotebookContent {
  const cells = content.cells.map((cell, place) => {
    const saved = (cell.outputs ?? []) as nbformat.IOutput[];
    const drawn = panel.content.widgets[place] as CodeCell | undefined;
    return saved.some(isOurs) ? { ...cell, outputs: saved.map((one, number) => picture(one, number, drawn)) } : cell;
  });
  return { ...content, cells };
}

/** An output as it lasts: a widget of ours as it's drawn in its cell now, any other as it is. */
function picture(output: nbformat.IOutput, number: number, drawn?: CodeCell): nbformat.IOutput {
  if (!isOurs(output)) {
    return output;
  }
  const { [VIEW]: _view, ...data } = output.data as nbformat.IMimeBundle;
  const first = text(data[HTML]);
  const root = drawn?.outputArea?.widgets[number]?.node.querySelector<HTMLElement>(
    isOwn(first) ? '.jp-OutputArea-output' : '.cr'
  );
  const shown = root && isLive(root) ? still(root, first) : data[HTML];
  return { ...output, data: { ...data, [HTML]: shown } };
}

/** Without their kernel, widgets answer no more: they become pictures, which say how to go on. */
function putToSleep(panel: NotebookPanel): void {
  for (const cell of panel.content.widgets) {
    if (cell.model.type === 'code') {
      const { outputs } = (cell as CodeCell).model;
      outputs.toJSON().forEach((output, number) => {
        if (isOurs(output)) {
          outputs.set(number, picture(output, number, cell as CodeCell));
        }
      });
    }
  }
}

/** Whether an output is a widget of the course's: it has a picture of itself beside its model. */
function isOurs(output: nbformat.IOutput): boolean {
  const data = output.data as nbformat.IMimeBundle | undefined;
  return Boolean(data && VIEW in data && text(data[HTML]).includes(ASLEEP));
}

function text(value: unknown): string {
  return Array.isArray(value) ? value.join('') : typeof value === 'string' ? value : '';
}

/** Whether it is a widget, and not a picture of one. */
function isLive(root: HTMLElement): boolean {
  return !root.querySelector(`.${ASLEEP}`);
}

/** In a file that has models, those that no kernel knows give way to their pictures. */
async function wakeOrKeep(panel: NotebookPanel): Promise<void> {
  const cells = [...panel.content.model!.cells].flatMap(cell =>
    cell.type === 'code' ? [cell as CodeCell['model']] : []
  );
  const outputs = cells.map(cell => cell.outputs);
  if (!outputs.some(area => area.toJSON().some(isOurs))) {
    return;
  }
  await panel.sessionContext.ready;
  const kernel = panel.sessionContext.session?.kernel;
  const answer = await kernel?.requestCommInfo({ target_name: 'jupyter.widget' });
  const known = answer?.content.status === 'ok' ? Object.keys(answer.content.comms) : [];
  for (const area of outputs) {
    area.toJSON().forEach((output, place) => {
      const data = output.data as nbformat.IMimeBundle;
      const model = (data?.[VIEW] as { model_id?: string } | undefined)?.model_id;
      if (isOurs(output) && !known.includes(model ?? '')) {
        const { [VIEW]: _view, ...rest } = data;
        area.set(place, { ...output, data: rest });
      }
    });
  }
}

/** Give each picture a button that runs its cell; before the first, what stands above runs, too. */
function offerToRun(panel: NotebookPanel, wasRun: () => boolean): void {
  const runIt = async (button: HTMLElement) => {
    const { content, sessionContext } = panel;
    const place = content.widgets.findIndex(cell => cell.node.contains(button));
    if (place < 0) {
      return;
    }
    content.deselectAll();
    content.activeCellIndex = place;
    if (!wasRun()) {
      await NotebookActions.runAllAbove(content, sessionContext);
    }
    content.activeCellIndex = place;
    await NotebookActions.run(content, sessionContext);
  };
  whenDrawn(panel, () => {
    for (const line of panel.node.querySelectorAll<HTMLElement>(`.${ASLEEP}:not(:has(button))`)) {
      const button = document.createElement('button');
      button.textContent = line.dataset.run ?? '▶';
      button.addEventListener('click', () => void runIt(button));
      line.append(' ', button);
    }
  });
}
