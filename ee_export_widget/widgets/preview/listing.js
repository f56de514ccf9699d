/** The lines of the request as a list: arrows move, Enter goes to the field, Space unfolds. */
import { classes, h } from "../dom.js";
import { rove, within } from "../parts.js";

/** @import { Line } from "../views.js" */

/**
 * @typedef {object} Listing
 * @property {string} label
 * @property {Line[]} lines
 * @property {string[]} keys names of the lines
 * @property {Set<Line>} hot lines of the field that has the focus
 * @property {Set<string>} changed keys of the lines that have just changed
 * @property {number} at the line that can be reached with Tab
 * @property {(index: number) => void} reach
 * @property {(path: string) => void} go
 * @property {(path: string) => void} unfold
 */

/** @param {Listing} listing */
export function drawListing(listing) {
  const { label, lines, at, go, unfold } = listing;
  const key = (/** @type {KeyboardEvent} */ event) => {
    const line = lines[at];
    const opens = event.key === " " || (event.key === "ArrowRight" && line?.fold === "closed");
    const closes = event.key === "ArrowLeft" && line?.fold === "open";
    if (event.key === "Enter" && line?.path) go(line.path);
    else if (line?.fold && (opens || closes)) unfold(line.path);
    else if (!rove(event, within(event, ".eew-line"))) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return h(
    "div",
    { key: "code", class: "eew-code", role: "listbox", "aria-label": label, onkeydown: key },
    lines.map((line, index) => drawLine(listing, line, index)),
  );
}

/**
 * @param {Listing} listing
 * @param {Line} line
 * @param {number} index
 */
function drawLine({ keys, hot, changed, at, reach, go, unfold }, line, index) {
  const { message, path, fold } = line;
  const folds = { closed: "Folded: Space unfolds.", open: "Space folds.", "": "" }[fold];
  const toggle = (/** @type {Event} */ event) => {
    event.stopPropagation();
    unfold(path);
  };
  return h(
    "div",
    {
      key: keys[index],
      role: "option",
      class: classes(
        "eew-line",
        message && "eew-line-problem",
        hot.has(line) && "eew-hot",
        changed.has(keys[index]) && "eew-changed",
        path && "eew-linked",
      ),
      title: message || undefined,
      "aria-description": [message, folds].filter(Boolean).join(" ") || undefined,
      "aria-selected": hot.has(line),
      "data-path": path || undefined,
      tabindex: index === at ? "0" : "-1",
      onfocus: () => reach(index),
      onclick: () => path && !window.getSelection()?.toString() && go(path),
    },
    "  ".repeat(line.depth),
    line.pieces.map(([kind, text]) =>
      h("span", { class: `eew-code-${kind}`, onclick: kind === "fold" && fold ? toggle : undefined }, text),
    ),
    fold === "open" && [" ", h("span", { class: "eew-code-fold", onclick: toggle }, "fold")],
    "\n",
  );
}
