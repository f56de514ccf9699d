/** Forms in the cells of a notebook. They do not hear of it when their kernel is shut down, so it is written on them. */

/** @import { Kernel, NotebookPanel } from "../lab.js" */

/** @param {NotebookPanel} notebook */
export function followCells(notebook) {
  /** @param {"gone" | "restarted"} what */
  function mark(what) {
    // Cells that are out of sight may not be in the document.
    for (const cell of notebook.content.widgets) {
      for (const frame of cell.node.querySelectorAll(".eew-frame")) {
        /** @type {HTMLElement} */ (frame).dataset.eewKernel = what;
      }
    }
  }
  const changed = (/** @type {unknown} */ _context, /** @type {{ newValue: Kernel | null }} */ { newValue }) =>
    mark(newValue ? "restarted" : "gone");
  const status = (/** @type {unknown} */ _context, /** @type {string} */ now) => {
    if (now === "dead") mark("gone");
    else if (now === "restarting" || now === "autorestarting") mark("restarted");
  };
  notebook.sessionContext.kernelChanged.connect(changed);
  notebook.sessionContext.statusChanged.connect(status);
}
