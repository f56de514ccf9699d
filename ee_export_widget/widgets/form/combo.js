/** A text field with a list of suggestions. */
import { h, icon } from "../dom.js";
import { box, textInput } from "./text.js";

/** @import { Field, Option } from "../views.js" */
/** @import { Props } from "../dom.js" */
/** @import { Form } from "./text.js" */

/**
 * A text field with suggestions; anything else may be typed.
 * @param {Field} field
 * @param {Form} form
 * @param {Props} props
 */
export function drawCombo(field, form, props) {
  const { state, entries } = form;
  const open = state.opened === field.name;
  const text = String(entries.latest(field.name, field.value));
  const options = open && state.searching && text !== field.searched ? field.options.filter((option) => mentions(option, text)) : field.options;
  const known = options.length === 1 && options[0].value === text;
  const listed = open && options.length > 0 && !(state.searching && known);

  /** @param {Partial<Form["state"]>} change */
  const turn = (change) => {
    Object.assign(state, { searching: false, at: -1 }, change);
    form.redraw();
  };
  /** @param {Option} option */
  const pick = (option) => {
    entries.enter(field.name, option.value, true);
    turn({ opened: "" });
  };
  const unfold = () => turn({ opened: field.name, at: field.options.findIndex((option) => option.value === text) });
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !listed) unfold();
    else if (step) turn({ ...state, at: (state.at + step + options.length) % options.length });
    else if (event.key === "Escape" && listed) turn({ opened: "" });
    else if (event.key === "Enter" && listed && options[state.at]) pick(options[state.at]);
    else {
      if (event.key === "Enter") leave();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const leave = () => {
    entries.flush(field.name);
    if (open) turn({ opened: "" });
  };
  const input = textInput(field, form, {
    ...props,
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": listed,
    "aria-controls": listed ? `${props.id}-list` : undefined,
    "aria-activedescendant": listed && state.at >= 0 ? `${props.id}-${state.at}` : undefined,
    onkeydown: key,
    onblur: leave,
    oninput: (/** @type {any} */ event) => {
      entries.enter(field.name, event.target.value);
      turn({ opened: field.name, searching: true });
    },
  });
  const hold = (/** @type {Event} */ event) => event.preventDefault(); // the focus stays in the text
  return h(
    "div",
    { class: "eew-combo" },
    box(
      field,
      form,
      input,
      field.options.length > 0 &&
        h(
          "button",
          {
            type: "button",
            class: "eew-combo-open",
            tabindex: "-1",
            "aria-hidden": true,
            disabled: field.disabled,
            onpointerdown: hold,
            onclick: (/** @type {any} */ event) => {
              event.currentTarget.parentElement.querySelector("input").focus();
              if (open) turn({ opened: "" });
              else unfold();
            },
          },
          icon("down", "eew-icon-small"),
        ),
    ),
    listed &&
      h(
        "ul",
        {
          id: `${props.id}-list`,
          class: "eew-list",
          role: "listbox",
          "aria-label": "Suggestions",
          onpointerdown: hold,
        },
        options.map((option, index) =>
          h(
            "li",
            {
              key: option.value,
              id: `${props.id}-${index}`,
              class: "eew-list-item",
              role: "option",
              "aria-selected": index === state.at,
              onclick: () => pick(option),
            },
            h("span", null, option.label),
            option.note && h("span", { class: "eew-muted" }, option.note),
          ),
        ),
      ),
  );
}

/**
 * @param {Option} option
 * @param {string} text
 */
function mentions({ value, label, note }, text) {
  const known = `${value} ${label} ${note}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
}
