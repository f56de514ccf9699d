/** The request as text to be typed over, and why a text was not taken. */
import { h, icon } from "../dom.js";
import { words } from "../parts.js";

/** @import { Child } from "../dom.js" */
/** @import { Refusal } from "../views.js" */

const LINE_PX = 17;

/**
 * @param {string} text
 * @param {{ type: (text: string) => void, paste: (event: ClipboardEvent) => void, apply: () => void,
 *   cancel: () => void }} does
 * @param {Child} refusal why the text was not taken, beside the buttons
 */
export function drawEditor(text, { type, paste, apply, cancel }, refusal) {
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    apply();
  };
  return h(
    "div",
    { key: "editor", class: "eew-editing" },
    h("textarea", {
      class: "eew-editor",
      "aria-label": "Request body as JSON",
      "aria-describedby": undefined,
      spellcheck: "false",
      autocapitalize: "off",
      rows: Math.max(8, Math.min(36, text.split("\n", 40).length + 1)),
      value: text,
      oninput: (/** @type {Event} */ event) => type(/** @type {HTMLTextAreaElement} */ (event.target).value),
      onpaste: paste,
      onkeydown: key,
    }),
    refusal,
    h(
      "div",
      { key: "apply", class: "eew-fixes" },
      h(
        "button",
        { type: "button", class: "eew-button eew-small eew-primary", title: "Ctrl Enter", onclick: apply },
        "Apply",
      ),
      h("button", { type: "button", class: "eew-button eew-small", onclick: cancel }, "Cancel"),
    ),
  );
}

/**
 * @param {Refusal} refusal
 * @param {{ keep: (member: string) => void, dismiss: () => void }} does
 */
export function drawRefusal({ strong, text, keeps }, { keep, dismiss }) {
  const small = { type: "button", class: "eew-button eew-small" };
  return h(
    "div",
    {
      key: "refusal",
      class: "eew-problem eew-problem-error eew-note",
      "data-field": "",
      "data-severity": "error",
      role: "alert",
    },
    icon("fail", "eew-icon-small"),
    h(
      "div",
      { class: "eew-problem-body" },
      h("p", { class: "eew-words" }, words(strong, text)),
      h(
        "div",
        { class: "eew-fixes" },
        keeps.map(([member, label]) => h("button", { ...small, key: member, onclick: () => keep(member) }, label)),
        h("button", { ...small, key: "dismiss", onclick: dismiss }, "Dismiss"),
      ),
    ),
  );
}

/**
 * Puts the caret where something is wrong, with some lines around it in sight, and brings what is said of it in sight.
 * @param {Element} host
 * @param {number} offset
 */
export function goTo(host, offset) {
  const area = host.querySelector("textarea");
  if (!area) return;
  const said = host.querySelector("[role=alert]");
  area.focus({ preventScroll: Boolean(said) });
  if (offset >= 0) {
    area.setSelectionRange(offset, offset);
    area.scrollTop = Math.max(0, (area.value.slice(0, offset).split("\n").length - 4) * LINE_PX);
  }
  said?.scrollIntoView({ block: "nearest" });
}
