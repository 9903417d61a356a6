// The glossary's terms explained in the texts of a lesson. Nothing is changed in its file: what is
// marked is what JupyterLab has drawn.

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MarkdownCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { address } from './courses';
import { whenDrawn } from './drawn';
import { parseGlossary, seenBefore, termsOf, type Term } from './glossary';
import { speechOf } from './speech';
import { attendTerms, mark } from './terms';

/** Explain terms in a lesson, by the glossary beside it; a notebook without one stays as it is. */
export function explainer(app: JupyterFrontEnd): (panel: NotebookPanel) => void {
  return panel =>
    void panel.context.ready.then(async () => {
      const about = panel.content.model?.getMetadata('crossroads') as { lesson?: unknown } | undefined;
      if (about?.lesson === undefined) {
        return;
      }
      const path = panel.context.path.replace(/[^/]*$/, 'glossary.md');
      // In a folder without one, nothing is asked for.
      const { contents } = app.serviceManager;
      const folder = await contents.get(path.replace(/\/?[^/]*$/, '')).catch(() => null);
      const files = (folder?.content ?? []) as { name: string }[];
      if (files.some(({ name }) => name === 'glossary.md')) {
        const file = await contents.get(path, { type: 'file', format: 'text', content: true });
        if (!panel.isDisposed) {
          explain(panel, parseGlossary(file.content as string), path, path =>
            app.commands.execute('docmanager:open', { path, factory: 'Markdown Preview' })
          );
        }
      }
    });
}

function explain(
  panel: NotebookPanel,
  glossary: Term[],
  path: string,
  open: (path: string) => unknown
): void {
  const { _, attributes } = speechOf(panel.content.model?.getMetadata('crossroads'));
  const shelf = document.createElement('div');
  panel.node.append(shelf);

  /** The place of a term's meaning, which is made when it's first asked for. */
  const meaning = (name: string): string => {
    const place = glossary.findIndex(term => term.name === name);
    const id = `${panel.id}-term-${place}`;
    if (!document.getElementById(id)) {
      const link = document.createElement('a');
      link.textContent = _('Open the glossary');
      link.href = address(path);
      link.addEventListener('click', event => {
        // A new tab of the browser stays the reader's choice.
        if (!(event.ctrlKey || event.metaKey || event.shiftKey)) {
          event.preventDefault();
          open(path);
        }
      });
      Object.assign(link, attributes);
      shelf.append(meaningOf(glossary[place], id, link));
    }
    return id;
  };

  const look = () => {
    const cells = panel.isDisposed ? [] : panel.content.widgets;
    // Drawn anew, a text's first element is another one.
    const fresh = cells.flatMap((cell, at) => {
      const drawn =
        cell instanceof MarkdownCell && cell.rendered
          ? cell.node.querySelector<HTMLElement>('.jp-RenderedMarkdown')
          : null;
      const first = drawn?.firstElementChild;
      return drawn && first && !first.hasAttribute('data-cr-explained') ? [{ drawn, first, at }] : [];
    });
    if (!fresh.length) {
      return;
    }
    const sources = cells.map(({ model }) =>
      model.type === 'markdown' ? model.sharedModel.getSource() : ''
    );
    const terms = termsOf(sources, glossary);
    for (const { drawn, first, at } of fresh) {
      first.setAttribute('data-cr-explained', '');
      mark(drawn, terms, seenBefore(sources.slice(0, at), terms), meaning);
    }
  };
  whenDrawn(panel, look);
  attendTerms(panel.node);
  look();
}

function meaningOf({ name, words }: Term, id: string, link: HTMLElement): HTMLElement {
  const node = document.createElement('div');
  const said = document.createElement('span');
  const term = document.createElement('strong');
  node.id = `${id}-box`;
  said.id = id;
  node.className = 'cr-meaning';
  node.popover = 'auto';
  term.textContent = name;
  said.append(term, `: ${words} `);
  node.append(said, link);
  return node;
}
