/** The panel's own elements: the bar that names the kernel, the line that says what is going on, and a place below. */

/** @import { LuminoWidget } from "../lab.js" */
/** @import { Place } from "./kernels.js" */
/** @import { Words } from "./panel.js" */

export const RANK = 900;

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><g fill="none"
  stroke-width="1.4"><path class="jp-icon3" stroke="#616161" d="M2 2h8.5v8.5H2zM2 6.25h8.5M6.25 2v8.5"/><path
  class="jp-icon3" stroke="#616161" d="M9.3 14.2h4.9V9.3M11.2 14.2l3-3"/></g></svg>`;

/**
 * @param {string} tag
 * @param {string} name
 * @param {(Node | string)[]} children
 */
function element(tag, name, ...children) {
  const made = document.createElement(tag);
  made.className = name;
  made.append(...children);
  return made;
}

/**
 * Fills an empty panel.
 * @param {LuminoWidget} panel
 * @param {{ Widget: any, Panel: any }} widgets
 */
export function furnish(panel, { Widget, Panel }) {
  const bar = element("div", "eew-side-bar");
  const note = element("div", "eew-side-note");
  note.setAttribute("role", "status");
  /** @type {LuminoWidget} */
  const form = new Panel();
  form.addClass("eew-side-form");
  panel.addClass("eew-side");
  panel.addWidget(new Widget({ node: bar }));
  panel.addWidget(new Widget({ node: note }));
  panel.addWidget(form);
  return { bar, note, form };
}

/**
 * Says which kernel the form works in.
 * @param {HTMLElement} bar
 * @param {Place | null} place
 */
export function name(bar, place) {
  if (!place) bar.replaceChildren("Works in no kernel");
  else if (place.notebook) bar.replaceChildren("Works in the kernel of ", element("b", "eew-side-name", place.name));
  else bar.replaceChildren("Works in ", element("b", "eew-side-name", place.name));
  bar.title = place?.notebook ? place.path : "";
}

/**
 * Says something, or nothing.
 * @param {HTMLElement} note
 * @param {Words | null} words
 */
export function say(note, words) {
  note.replaceChildren();
  note.dataset.tone = words?.tone ?? "";
  if (!words) return;
  const text = element("p", "eew-side-text");
  if (words.strong) text.append(element("b", "eew-side-strong", words.strong), " ");
  text.append(words.text);
  note.append(text);
  if (words.code) note.append(element("code", "eew-side-code", words.code));
  const choices = (words.choices ?? []).map(({ label, press }) => {
    const button = /** @type {HTMLButtonElement} */ (element("button", "eew-side-button", label));
    button.type = "button";
    button.onclick = press;
    return button;
  });
  if (choices.length > 0) note.append(element("div", "eew-side-choices", ...choices));
}
