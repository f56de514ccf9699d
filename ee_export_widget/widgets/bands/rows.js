/** Rows and controls of the band table. */
import { classes, h, icon } from "../dom.js";

/** @import { BandsView, Option } from "../views.js" */
/** @import { Props } from "../dom.js" */

export const ROW_PX = 27;
export const POLICY_PATH = "assetExportOptions.pyramidingPolicy";
export const OVERRIDES_PATH = "assetExportOptions.pyramidingPolicyOverrides";

/**
 * @param {number} number
 * @param {string} noun
 */
export const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/**
 * A choice of policies. Closed, it shows the bare name; open, each entry says what the policy is for.
 * @param {string} shown
 * @param {Option[]} options
 * @param {(value: string) => void} choose
 * @param {Props & { value: string, written?: boolean }} props
 */
export function policyChoice(shown, options, choose, { written = true, ...props }) {
  return h(
    "span",
    { class: classes("eew-policy", written && "eew-written") },
    h("span", { class: "eew-policy-name", "aria-hidden": true }, shown),
    icon("down", "eew-icon-small"),
    h(
      "select",
      {
        "data-lm-suppress-shortcuts": "true",
        ...props,
        class: "eew-policy-select",
        onchange: (/** @type {any} */ event) => choose(event.target.value),
      },
      options.map(({ value, label, note }) =>
        h("option", { key: value, value, class: "eew-option" }, note ? `${label}: ${note}` : label),
      ),
    ),
  );
}

/**
 * @typedef {object} RowState
 * @property {boolean} ticked
 * @property {number} position place in the filtered table, from 0
 * @property {number} column the one that can be reached with Tab, or -1
 * @property {string | undefined} chosen a policy that was chosen and that the kernel has not answered
 */

/**
 * @typedef {object} RowActions
 * @property {(id: string, extend: boolean) => void} tick
 * @property {(ids: string[], policy: string) => void} choose
 * @property {(ids: string[]) => void} suggest
 * @property {(id: string) => void} preview
 */

/**
 * @param {BandsView} view
 * @param {number} index
 * @param {Option[]} choices
 * @param {RowState} state
 * @param {RowActions} actions
 */
export function drawRow(view, index, choices, { ticked, position, column, chosen }, actions) {
  const id = view.ids[index];
  const [why, suggested] = [view.why[index], view.suggests[index]];
  const written = chosen === undefined ? view.written[index] : chosen !== "" && chosen !== view.default;
  const policy = (chosen ?? view.policy[index]) || view.default;
  const tab = (/** @type {number} */ at) => (at === column ? "0" : "-1");
  return h(
    "div",
    {
      key: id,
      role: "row",
      class: classes("eew-band", (ticked || id === view.previewed) && "eew-ticked"),
      style: `top:${position * ROW_PX}px`,
      "aria-rowindex": position + 2,
      "aria-selected": ticked,
      "data-row": position,
      "data-eew-paths": `${OVERRIDES_PATH}.${id}`,
    },
    h(
      "div",
      { role: "gridcell", class: "eew-cell eew-cell-tick" },
      h("input", {
        type: "checkbox",
        class: "eew-checkbox",
        "data-column": 0,
        tabindex: tab(0),
        "aria-label": `Select ${id}`,
        checked: ticked,
        onclick: (/** @type {MouseEvent} */ event) => actions.tick(id, event.shiftKey),
      }),
    ),
    h("div", { role: "rowheader", class: "eew-cell eew-cell-name", "data-column": 1, tabindex: tab(1), title: id }, id),
    h(
      "div",
      { role: "gridcell", class: "eew-cell eew-cell-type", "data-column": 2, tabindex: tab(2) },
      view.types[index],
    ),
    h(
      "div",
      { role: "gridcell", class: "eew-cell eew-cell-policy" },
      policyChoice(policy, choices, (value) => actions.choose([id], value), {
        "data-column": 3,
        tabindex: tab(3),
        "aria-label": `Policy of ${id}`,
        value: written ? policy : "",
        written,
      }),
    ),
    suggested
      ? h(
          "div",
          { role: "gridcell", class: "eew-cell eew-cell-why" },
          h(
            "button",
            {
              type: "button",
              class: "eew-chip",
              "data-column": 4,
              tabindex: tab(4),
              "aria-label": `${suggested}: ${why}`,
              title: `Use ${suggested}: ${why}`,
              onclick: () => actions.suggest([id]),
            },
            icon("warn", "eew-icon-small"),
            suggested,
            h("span", { class: "eew-chip-why" }, `: ${why}`),
          ),
        )
      : h(
          "div",
          {
            key: "why",
            role: "gridcell",
            class: classes("eew-cell eew-cell-why", view.agrees[index] && "eew-agrees"),
            "data-column": 4,
            tabindex: tab(4),
            title: why,
          },
          view.agrees[index] && icon("check", "eew-icon-small"),
          h("span", { class: "eew-cut" }, why),
        ),
    h(
      "div",
      { key: "pyramid", role: "gridcell", class: "eew-cell eew-cell-pyramid" },
      !view.arrays[index] &&
        h(
          "button",
          {
            type: "button",
            class: "eew-pyramid-button",
            "data-column": 5,
            "data-eew-preview": id,
            tabindex: tab(5),
            "aria-label": `Preview pyramid of ${id}`,
            "aria-pressed": id === view.previewed,
            title: "Preview pyramid (P)",
            onclick: () => actions.preview(id),
          },
          icon("pyramid", "eew-icon-small"),
        ),
    ),
  );
}
