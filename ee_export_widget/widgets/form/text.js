/** Text controls, and what every control knows of its form. */
import { classes, h } from "../dom.js";
import { button } from "../parts.js";

/** @import { Field, Message } from "../views.js" */
/** @import { Child, Props } from "../dom.js" */
/** @import { Press } from "../parts.js" */
/** @import { typing } from "./typing.js" */

/**
 * What drawing an item needs to know of its form. `opened` names the menu or list that is open, and
 * `at` the entry of a list that is chosen by keys; `searching` says that the list follows the text. `refused` is what
 * a control would not take, and why.
 * @typedef {object} Form
 * @property {ReturnType<typeof typing>} entries
 * @property {Press} press
 * @property {() => void} redraw
 * @property {(path: string) => void} go
 * @property {string} uid
 * @property {{ opened: string, at: number, searching: boolean,
 *   refused: { id: string, refusal: Message } | null }} state
 */

/**
 * What every text field has: no help that changes what is typed, and its way to the kernel.
 * @param {Field} field
 * @param {Form} form
 * @returns {Props}
 */
const typed = ({ name, value, placeholder }, { entries }) => ({
  autocomplete: "off",
  autocapitalize: "off",
  spellcheck: "false",
  placeholder: placeholder || undefined,
  value: entries.latest(name, value),
  oninput: (/** @type {any} */ event) => entries.enter(name, event.target.value),
  onchange: () => entries.flush(name),
});

/**
 * A line of text: sent after a short silence, and at once on Enter or when the field is left.
 * @param {Field} field
 * @param {Form} form
 * @param {Props} props
 */
export function textInput(field, form, props) {
  return h("input", {
    ...typed(field, form),
    type: "text",
    key: "input",
    class: classes("eew-input", field.mono && "eew-mono"),
    // A name may be longer than a narrow field.
    title: field.mono && field.value ? `${field.prefix ?? ""}${field.value}` : undefined,
    onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && form.entries.flush(field.name),
    ...props,
  });
}

/**
 * Several lines of text: sent after a short silence, and when the field is left. A file may be dropped into it.
 * @param {Field} field
 * @param {Form} form
 * @param {Props} props
 */
export function textArea(field, form, props) {
  const { entries } = form;
  return h("textarea", {
    ...typed(field, form),
    rows: "5",
    key: "area",
    "data-lm-suppress-shortcuts": "true",
    class: "eew-input eew-area eew-mono",
    ondragover: (/** @type {DragEvent} */ event) => event.preventDefault(),
    ondrop: async (/** @type {DragEvent} */ event) => {
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      entries.enter(field.name, await file.text(), true);
      form.redraw();
    },
    ...props,
  });
}

/**
 * The frame of a text control: what stands before it, after it, and a small button.
 * @param {Field} field
 * @param {Form} form
 * @param {...Child} inner
 */
export function box(field, form, ...inner) {
  return h(
    "div",
    { class: "eew-box" },
    // The mark keeps a slash at the end in place where the narrow layout cuts the beginning.
    field.prefix && h("span", { class: classes("eew-prefix", field.mono && "eew-mono") }, `${field.prefix}\u200e`),
    inner,
    field.unit && h("span", { class: "eew-unit" }, field.unit),
    field.button && button(field.button, (view) => form.press(view.name)),
  );
}
