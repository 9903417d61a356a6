// Where the server's folder holds the course: its panel, and the covers of its predictions.

import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin, ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { Files } from './files';
import { CoursePanel } from './panel';
import { comeBack, Covers } from './predict';
import { speechOf } from './speech';

const COMMAND = 'crossroads:course';
/** How long the front end waits for the server to say whether there is a course. */
const PATIENCE = 3000;
/** Between the file browser and the list of what runs. */
const RANK = 150;
/** A window in which there is no room for a panel beside the lesson, in pixels. */
const NARROW = 760;
/** What `crossroads lab` says: a learner begins with this panel. */
const FIRST = 'crossroadsCourse';

/** Do a thing once for all requests within some time. */
function gently(action: () => Promise<void>, milliseconds: number): () => void {
  let due = 0;
  return () => {
    clearTimeout(due);
    due = setTimeout(() => void action().catch(report), milliseconds);
  };
}

function report(error: unknown): void {
  console.warn('crossroads-pen:', error);
}

/** The page that shows a file, for a new tab of the browser. */
export function address(path: string): string {
  const tree = PageConfig.getOption('treeUrl');
  const notebook = PageConfig.getOption('notebookPage');
  if (!tree && !notebook) {
    return `?path=${encodeURIComponent(path)}`; // JupyterLite
  }
  const page = notebook ? (path.endsWith('.ipynb') ? 'notebooks' : 'edit') : 'lab/tree';
  return URLExt.join(PageConfig.getBaseUrl(), page, URLExt.encodeParts(path));
}

/** Add the panel to the front end, and the command that opens it. */
function addPanel(
  { commands, shell }: JupyterFrontEnd,
  files: Files,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null
): CoursePanel {
  const panel = new CoursePanel(files, {
    open: path => {
      if (PageConfig.getOption('notebookPage') && !path.endsWith('.ipynb')) {
        // Notebook 7 has a page of its own for each file, and no file browser to ask.
        window.open(address(path));
        return;
      }
      const factory = path.endsWith('.md') ? { factory: 'Markdown Preview' } : {};
      void commands.execute('docmanager:open', { path, ...factory });
    },
    run: command => void commands.execute(command),
    has: command => commands.hasCommand(command),
    address
  });
  shell.add(panel, 'left', { rank: RANK });
  restorer?.add(panel, panel.id);
  const { _ } = speechOf(files.course);
  commands.addCommand(COMMAND, {
    label: _('Course'),
    caption: _('Lessons, quizzes and your progress'),
    execute: () => {
      shell.activateById(panel.id);
      // Notebook's panels stay folded otherwise.
      (shell as { expandLeft?: (id?: string) => void }).expandLeft?.(panel.id);
      panel.node.querySelector<HTMLElement>('a')?.focus();
    }
  });
  palette?.addItem({ command: COMMAND, category: 'Help' });
  return panel;
}

/** Keep the panel and the covers in line with the course's files. */
function keepUpToDate(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  files: Files,
  panel: CoursePanel
): void {
  const covers = new WeakMap<NotebookPanel, Covers>();
  const draw = () => panel.draw(tracker.currentWidget?.context.path ?? '');
  const drawAll = () => {
    draw();
    tracker.forEach(notebook => covers.get(notebook)?.draw());
  };
  const progress = gently(async () => {
    await files.readProgress();
    drawAll();
  }, 250);
  const all = gently(async () => {
    await Promise.all([files.readProgress(), files.readQuizzes()]);
    drawAll();
  }, 50);

  const attend = async (notebook: NotebookPanel) => {
    // A question that is answered keeps the kernel busy for a moment, as a cell does that runs.
    notebook.sessionContext.statusChanged.connect((_, status) => {
      if (status === 'idle') {
        progress();
      }
    });
    await notebook.context.ready;
    const model = notebook.content.model;
    const about = model?.getMetadata('crossroads') as { lesson?: unknown } | undefined;
    const inLessons = notebook.context.path.startsWith(`${files.base}lessons/`);
    if (typeof about?.lesson === 'number' && inLessons) {
      const own = new Covers(notebook, files, speechOf(about));
      covers.set(notebook, own);
      model?.contentChanged.connect(gently(async () => own.draw(), 20));
      own.draw();
    }
  };
  const care = (notebook: NotebookPanel) => void attend(notebook).catch(report);
  tracker.forEach(care);
  tracker.widgetAdded.connect((_, notebook) => care(notebook));
  tracker.currentChanged.connect(draw);
  comeBack(app, tracker, notebook => covers.get(notebook));
  app.serviceManager.contents.fileChanged.connect(all);
  window.addEventListener('focus', all);
  document.addEventListener('visibilitychange', () => document.hidden || all());
  draw();
  all();
}

/** In `crossroads lab` it's open at first; what the reader opens later stays, as JupyterLab keeps it. */
function begin(panel: CoursePanel, shell: ILabShell): void {
  void shell.restored.then(layout => {
    const key = `${FIRST} ${PageConfig.getBaseUrl()}`;
    const first = layout.fresh || !localStorage.getItem(key);
    if (!PageConfig.getOption(FIRST) || !first) {
      return;
    }
    localStorage.setItem(key, 'seen');
    // After the file browser, which opens itself in a fresh layout.
    setTimeout(() => {
      // Nothing that a learner needs is at the right; on a phone, the lesson needs the room.
      shell.collapseRight();
      if (window.innerWidth > NARROW) {
        shell.activateById(panel.id);
      } else {
        shell.collapseLeft();
      }
    });
  });
}

export const courses: JupyterFrontEndPlugin<void> = {
  id: 'crossroads-pen:course',
  description: 'Shows the course: its lessons, its quizzes, and how far the learner is.',
  autoStart: true,
  optional: [INotebookTracker, ILabShell, ILayoutRestorer, ICommandPalette],
  activate: async (
    app: JupyterFrontEnd,
    tracker: INotebookTracker | null,
    shell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ) => {
    if (!tracker) {
      return;
    }
    const files = new Files(app.serviceManager.contents);
    const found = files
      .find()
      .then(there => {
        if (there) {
          const panel = addPanel(app, files, restorer, palette);
          keepUpToDate(app, tracker, files, panel);
          if (shell) {
            begin(panel, shell);
          }
        }
      })
      .catch(report);
    // JupyterLab restores only what is there when it starts; a slow server mustn't keep it from that.
    await Promise.race([found, new Promise(done => setTimeout(done, PATIENCE))]);
  }
};
