/** Rows and controls of the band table. */
import { classes, h, icon } from "../dom.js";

/** @import { BandsView, Option } from "../views.js" */
/** @import { Props } from "../dom.js" */

export const ROW_PX = 27;
const USE = "Use ";
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
 * @property {boolean} wide whether the table is expanded
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
export function drawRow(view, index, choices, { ticked, position, column, chosen, wide }, actions) {
  const id = view.ids[index];
  const written = chosen === undefined ? view.written[index] : chosen !== "" && chosen !== view.default;
  const policy = (chosen ?? view.policy[index]) || view.default;
  let next = 0;
  const stop = () => ({ "data-column": next, tabindex: next++ === column ? "0" : "-1" });
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
        ...stop(),
        "aria-label": `Select ${id}`,
        checked: ticked,
        onclick: (/** @type {MouseEvent} */ event) => actions.tick(id, event.shiftKey),
      }),
    ),
    h("div", { role: "rowheader", class: "eew-cell eew-cell-name", ...stop(), title: id }, id),
    plain("type", view.types[index], stop()),
    wide && [
      plain("pixel", view.pixels[index], stop()),
      plain("values", view.values[index] || "not read", stop()),
      h(
        "div",
        { key: "looks", role: "gridcell", class: "eew-cell eew-cell-looks", ...stop(), title: view.why[index] },
        view.kinds[index] !== "measured" && icon("flag", "eew-icon-small"),
        h("span", { class: "eew-cut" }, view.why[index]),
      ),
    ],
    h(
      "div",
      { role: "gridcell", class: "eew-cell eew-cell-policy" },
      policyChoice(policy, choices, (value) => actions.choose([id], value), {
        ...stop(),
        "aria-label": `Policy of ${id}`,
        value: written ? policy : "",
        written,
      }),
    ),
    drawReason(view, index, wide ? suggestion(view, index) : reason(view, index), stop(), actions),
    h(
      "div",
      { key: "pyramid", role: "gridcell", class: "eew-cell eew-cell-pyramid" },
      !view.arrays[index] &&
        h(
          "button",
          {
            type: "button",
            class: "eew-pyramid-button",
            ...stop(),
            "data-eew-preview": id,
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

/**
 * @param {string} name
 * @param {string} text
 * @param {Props} stop
 */
const plain = (name, text, stop) =>
  h("div", { key: name, role: "gridcell", class: `eew-cell eew-cell-${name}`, ...stop, title: text }, text);

/**
 * What stands beside a policy: a strong beginning, and the rest where there is room for it.
 * @typedef {[string, string]} Words
 */

/**
 * @param {BandsView} view
 * @param {number} index
 * @returns {Words}
 */
const reason = ({ suggests, why }, index) =>
  suggests[index] ? [suggests[index], `: ${why[index]}`] : [why[index], ""];

/**
 * The same in the expanded table, where the reason has a column of its own.
 * @param {BandsView} view
 * @param {number} index
 * @returns {Words}
 */
function suggestion({ suggests, harms, agrees, policy, written }, index) {
  if (suggests[index]) return [`${USE}${suggests[index]}`, harms[index] && `: ${harms[index]}`];
  if (agrees[index]) return [policy[index], ", as suggested"];
  return [written[index] ? "chosen by hand" : "as default", ""];
}

/**
 * @param {BandsView} view
 * @param {number} index
 * @param {Words} words
 * @param {Props} stop
 * @param {RowActions} actions
 */
function drawReason(view, index, [strong, rest], stop, actions) {
  const label = `${strong}${rest}`;
  if (view.suggests[index]) {
    return h(
      "div",
      { role: "gridcell", class: "eew-cell eew-cell-why" },
      h(
        "button",
        {
          type: "button",
          class: "eew-chip",
          ...stop,
          "aria-label": label,
          title: `Use ${view.suggests[index]}: ${view.why[index]}`,
          onclick: () => actions.suggest([view.ids[index]]),
        },
        icon("warn", "eew-icon-small"),
        h("span", null, strong.startsWith(USE) && h("span", { class: "eew-chip-use" }, USE), strong.replace(USE, "")),
        rest && h("span", { class: "eew-chip-why" }, rest),
      ),
    );
  }
  return h(
    "div",
    {
      key: "why",
      role: "gridcell",
      class: classes("eew-cell eew-cell-why", view.agrees[index] && "eew-agrees"),
      ...stop,
      title: label,
    },
    view.agrees[index] && icon("check", "eew-icon-small"),
    h("span", { class: "eew-cut" }, strong, rest && h("span", { class: "eew-why-rest" }, rest)),
  );
}
