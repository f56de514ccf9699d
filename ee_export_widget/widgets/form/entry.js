/** A small form inside of a step: fields, what is wrong with them, and two or three buttons. */
import { focused, h } from "../dom.js";
import { button, hint, problem } from "../parts.js";

/** @import { Entry, Item } from "../views.js" */
/** @import { Child } from "../dom.js" */
/** @import { Form } from "./text.js" */

/**
 * @param {Entry} entry
 * @param {Form} form
 * @param {Child} fields
 * @returns {Child}
 */
export function drawEntry(entry, form, fields) {
  const { name, label, apply, buttons } = entry;
  const id = `${form.uid}-entry`;
  return h(
    "section",
    {
      key: `entry ${name}`,
      class: "eew-entry",
      role: "group",
      "aria-labelledby": id,
      "data-lm-suppress-shortcuts": "true",
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.defaultPrevented) return;
        if (event.key === "Escape") form.press(buttons[buttons.length - 1].name);
        else if (event.key === "Enter" && /** @type {Element} */ (event.target).matches("input[type=text]")) form.press(apply);
        else return;
        event.preventDefault();
        event.stopPropagation();
      },
    },
    h("h4", { id, class: "eew-entry-title" }, label),
    fields,
    entry.hint && hint("muted", entry.hint),
    entry.problem && problem(entry.problem, form.press),
    h("div", { class: "eew-buttons" }, buttons.map((view) => button(view, ({ name: action }) => form.press(action), { class: "eew-small", "data-eew-action": view.name }))),
  );
}

/** The form that is open among items. @param {Item[]} items @returns {Entry | undefined} */
const entryOf = (items) => /** @type {Entry | undefined} */ (items.find((item) => item.kind === "entry"));

/**
 * Moves the focus into a small form that has just been opened here, and back to its link once it is gone.
 *
 * @param {Element} el
 * @param {Item[]} items
 */
export function entryFocus(el, items) {
  let shown = entryOf(items)?.name ?? "";
  /** @type {string} */
  let opener = "";
  return {
    /** Remembers what was pressed. @param {string} name */
    pressed(name) {
      if (!shown) opener = name;
    },
    /** @param {Item[]} now */
    follow(now) {
      const before = shown;
      shown = entryOf(now)?.name ?? "";
      if (shown === before) return;
      const first = ".eew-entry :is(input, textarea, [role=radio][tabindex='0'])";
      const goal = el.querySelector(shown ? first : `[data-eew-action="${opener}"]`);
      const here = focused(el) !== null || document.activeElement === document.body;
      if (here) /** @type {HTMLElement | null} */ (goal)?.focus({ preventScroll: !shown });
    },
  };
}
