import type { NotebookPanel } from '@jupyterlab/notebook';

/** Look at a notebook's page whenever something was drawn in it, once a frame at most. */
export function whenDrawn(panel: NotebookPanel, look: () => void): void {
  let due = false;
  const observer = new MutationObserver(() => {
    if (!due) {
      due = true;
      requestAnimationFrame(() => {
        due = false;
        look();
      });
    }
  });
  observer.observe(panel.content.node, { childList: true, subtree: true });
  panel.disposed.connect(() => observer.disconnect());
}
