/** The controls of the form, one function each. */
import { classes, h, icon } from "../dom.js";
import { hint, problem, rove, within } from "../parts.js";
import { drawCombo } from "./combo.js";
import { box, textArea, textInput } from "./text.js";

/** @import { Field } from "../views.js" */
/** @import { Child, Props } from "../dom.js" */
/** @import { Form } from "./text.js" */

/**
 * A labelled control with its hint and its messages, in reading order.
 * @param {Field} field
 * @param {Form} form
 */
export function drawField(field, form) {
  const id = `${form.uid}-${field.name}`;
  const { refused } = form.state;
  const refusal = refused?.id === id ? refused.refusal : null;
  const error = refusal !== null || field.messages.some((message) => message.severity === "error");
  const told = refusal !== null || field.messages.length > 0;
  const notes = [field.aside && "aside", field.hint && "hint", told && "messages"].filter(Boolean);
  /** @type {Props} */
  const props = {
    id,
    "data-eew-paths": field.paths.join(" ") || undefined,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": notes.map((note) => `${id}-${note}`).join(" ") || undefined,
    disabled: field.disabled,
  };
  return h(
    "div",
    { key: field.name, class: classes("eew-field", `eew-field-${field.control}`, error && "eew-wrong") },
    h(
      "div",
      { class: "eew-field-main" },
      !SELF_NAMED.has(field.control) &&
        h(
          "div",
          { class: "eew-label-line" },
          h("label", { class: "eew-label", for: id, title: field.tip || undefined }, field.label),
          aside(field, id),
        ),
      CONTROLS[field.control](field, form, props),
      field.control === "check" && aside(field, id),
      field.hint && hint(field.hint_tone, field.hint, { id: `${id}-hint` }),
    ),
    told &&
      h(
        "div",
        { class: "eew-messages", id: `${id}-messages` },
        refusal && problem(refusal, form.press, { role: "alert", key: "refusal" }),
        field.messages.map((message) => problem(message, form.press)),
      ),
  );
}

/** Controls that say themselves what they are. */
const SELF_NAMED = new Set(["check", "segments"]);

/**
 * @param {Field} field
 * @param {string} id
 */
const aside = (field, id) => field.aside && h("span", { id: `${id}-aside`, class: "eew-aside" }, field.aside);

/** @type {Record<Field["control"], (field: Field, form: Form, props: Props) => Child>} */
const CONTROLS = {
  text: (field, form, props) => box(field, form, textInput(field, form, props)),
  area: textArea,
  combo: drawCombo,
  select: (field, form, props) =>
    h(
      "div",
      { class: "eew-select" },
      h(
        "select",
        {
          ...props,
          class: "eew-input",
          "data-lm-suppress-shortcuts": "true",
          onchange: (/** @type {any} */ event) => form.entries.enter(field.name, event.target.value, true),
          value: form.entries.latest(field.name, field.value),
        },
        field.options.map((option) =>
          h("option", { key: option.value, value: option.value, title: option.note || undefined }, option.label),
        ),
      ),
      icon("down", "eew-icon-small"),
    ),
  check: (field, form, props) =>
    h(
      "label",
      { class: "eew-check", title: field.tip || undefined },
      h("input", {
        ...props,
        type: "checkbox",
        class: "eew-checkbox",
        checked: form.entries.latest(field.name, field.value) === true,
        onchange: (/** @type {any} */ event) => form.entries.enter(field.name, event.target.checked, true),
      }),
      h("span", null, field.label),
    ),
  segments: drawSegments,
};

/**
 * One of a few, all of them visible.
 * @param {Field} field
 * @param {Form} form
 * @param {Props} props
 */
function drawSegments(field, form, { id, disabled, "data-eew-paths": paths, ...aria }) {
  const value = form.entries.latest(field.name, field.value);
  return h(
    "div",
    {
      ...aria,
      role: "radiogroup",
      "aria-label": field.label,
      class: "eew-segments",
      "data-eew-paths": paths,
      "data-lm-suppress-shortcuts": "true",
      onkeydown: (/** @type {KeyboardEvent} */ event) => rove(event, within(event, "[role=radio]"))?.click(),
    },
    field.options.map((option) =>
      h(
        "button",
        {
          key: option.value,
          type: "button",
          role: "radio",
          class: "eew-segment",
          title: option.note || undefined,
          disabled,
          "aria-checked": option.value === value,
          tabindex: option.value === value || !field.options.some((other) => other.value === value) ? "0" : "-1",
          onclick: () => {
            form.entries.enter(field.name, option.value, true);
            form.redraw();
          },
        },
        icon(option.icon),
        h("span", null, option.label),
      ),
    ),
  );
}
