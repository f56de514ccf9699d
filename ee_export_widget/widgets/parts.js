/** Pieces that several panels show: buttons, problems, hints. */
import { classes, copy, h, icon } from "./dom.js";
import { focusPath } from "./step.js";

/** @import { Button, Fix, Message, Note, Option, Tone } from "./views.js" */
/** @import { Child, Props } from "./dom.js" */
/** @typedef {(name: string, args?: Record<string, unknown>) => void} Press */

/** @type {Record<Tone, string>} */
export const TONE_ICON = {
  plain: "",
  muted: "",
  ok: "check",
  info: "info",
  warning: "warn",
  error: "fail",
  todo: "todo",
  busy: "run",
};

const COPIED = "Copied";
const COPIED_MS = 2000;

const SEVERITY_ICON = { error: "fail", warning: "warn", info: "info" };

/**
 * A button. One that cannot be pressed stays in the tab order and says why.
 * @param {Button} view
 * @param {(view: Button) => void} press
 * @param {Props} [props]
 */
export function button(view, press, props = {}) {
  const { label, reason } = view;
  return h(
    "button",
    {
      key: view.name,
      type: "button",
      "aria-label": view.icon_only ? label : undefined,
      "aria-disabled": reason ? true : undefined,
      "aria-description": reason || undefined,
      title: reason || (view.icon_only ? label : undefined),
      onclick: () => reason || press(view),
      ...props,
      class: classes("eew-button", view.primary && "eew-primary", view.icon_only && "eew-bare", props.class),
    },
    icon(view.icon),
    view.icon_only ? null : label,
  );
}

/**
 * Buttons that repair something and say beforehand to what.
 * @param {Fix[]} fixes
 * @param {Press} press
 */
export function fixButtons(fixes, press) {
  return fixes.map((fix) =>
    h(
      "button",
      {
        key: fix.name,
        type: "button",
        class: "eew-button eew-small",
        onclick: (/** @type {Event} */ event) => answer(fix, event, press),
      },
      h("span", { key: "label", "aria-live": fix.copies ? "polite" : undefined }, fix.label),
      fix.note && h("span", { class: "eew-muted" }, fix.note),
    ),
  );
}

/**
 * Does what a button says; where it leads somewhere as well, the person goes there and sees it change.
 * @param {Fix} fix
 * @param {Event} event
 * @param {Press} press
 */
function answer(fix, event, press) {
  const pressed = /** @type {Element} */ (event.currentTarget);
  if (fix.copies) {
    void copyFrom(pressed, fix.copies);
    return;
  }
  if (fix.does || !fix.leads) press(...(fix.does ?? ["fix", { name: fix.name }]));
  if (fix.leads) focusPath(pressed, fix.leads);
}

/**
 * Copies, and says so in place for a moment.
 * @param {Element} pressed
 * @param {string} text
 */
async function copyFrom(pressed, text) {
  await copy(text, pressed);
  sayCopied(pressed.firstElementChild);
}

/**
 * Says for a moment, in the place of a label, that something was copied.
 * @param {Element | null} place holds nothing but the label
 */
export function sayCopied(place) {
  const label = /** @type {Text} */ (place?.firstChild);
  const before = label.data;
  if (before === COPIED) return;
  label.data = COPIED;
  setTimeout(() => (label.data = before), COPIED_MS);
}

/**
 * One problem, beside its field or, as a note, above a whole step.
 * @param {Message | Note} view
 * @param {Press} press
 * @param {Props} [props]
 */
export function problem(view, press, props = {}) {
  const { severity, fixes } = view;
  return h(
    "div",
    {
      "data-field": view.field,
      "data-severity": severity,
      ...props,
      class: classes("eew-problem", `eew-problem-${severity}`, props.class),
    },
    icon(SEVERITY_ICON[severity], "eew-icon-small"),
    h(
      "div",
      { class: "eew-problem-body" },
      h("p", { class: "eew-words" }, words(view.strong, view.text)),
      fixes.length > 0 && h("div", { class: "eew-fixes" }, fixButtons(fixes, press)),
    ),
  );
}

/**
 * A sentence whose beginning is strong.
 * @param {string} strong
 * @param {string} text
 * @param {string} [muted]
 * @returns {Child[]}
 */
export function words(strong, text, muted = "") {
  return [
    strong && h("b", { class: "eew-strong" }, strong),
    strong && text && " ",
    text,
    muted && [" ", h("span", { class: "eew-muted" }, muted)],
  ];
}

/**
 * A quiet sentence with the icon of its tone.
 * @param {Tone} tone
 * @param {Child} content
 * @param {Props} [props]
 */
export function hint(tone, content, props = {}) {
  return h(
    "p",
    { ...props, class: classes("eew-hint", `eew-tone-${tone}`, props.class) },
    icon(TONE_ICON[tone], classes("eew-icon-small", tone === "busy" && "eew-spin")),
    h("span", { class: "eew-words" }, content),
  );
}

/**
 * Terms and values in one line.
 * @param {[string, string][]} pairs
 */
export function pairList(pairs) {
  return h(
    "dl",
    { class: "eew-pairs" },
    pairs.map(([term, value]) =>
      h(
        "div",
        { key: term, class: "eew-pair" },
        h("dt", { class: "eew-term" }, term),
        h("dd", { class: "eew-value" }, value),
      ),
    ),
  );
}

/**
 * Moves the focus along a line of controls with the arrow keys, Home and End.
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} items
 * @returns {HTMLElement | undefined} what has the focus now
 */
export function rove(event, items) {
  const here = items.indexOf(/** @type {HTMLElement} */ (event.target));
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const next = { Home: 0, End: items.length - 1 }[event.key] ?? (step && (here + step + items.length) % items.length);
  if (next === undefined || here < 0) return undefined;
  event.preventDefault();
  items[next].focus();
  return items[next];
}

/**
 * All elements of a kind inside of what an event was handled by.
 * @param {Event} event
 * @param {string} selector
 */
export function within(event, selector) {
  const host = /** @type {Element} */ (event.currentTarget);
  return /** @type {HTMLElement[]} */ ([...host.querySelectorAll(selector)]);
}

/**
 * A line of tabs, of which one is chosen.
 * @param {Option[]} tabs
 * @param {string} current
 * @param {string} label
 * @param {(value: string) => void} choose another one
 */
export function tabList(tabs, current, label, choose) {
  return h(
    "div",
    {
      role: "tablist",
      class: "eew-tab-list",
      "aria-label": label,
      "data-lm-suppress-shortcuts": "true",
      onkeydown: (/** @type {KeyboardEvent} */ event) => rove(event, within(event, "[role=tab]"))?.click(),
    },
    tabs.map((tab) =>
      h(
        "button",
        {
          key: tab.value,
          type: "button",
          role: "tab",
          class: "eew-tab",
          "aria-selected": tab.value === current,
          tabindex: tab.value === current ? "0" : "-1",
          onclick: () => tab.value !== current && choose(tab.value),
        },
        tab.label,
        tab.note && [" ", h("span", { class: "eew-tab-count" }, tab.note)],
      ),
    ),
  );
}
