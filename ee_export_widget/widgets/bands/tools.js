/** What stands above and below the rows of the band table. */
import { h, icon } from "../dom.js";
import { button } from "../parts.js";
import { filterBands } from "./filter.js";
import { POLICY_PATH, count, policyChoice } from "./rows.js";

/** @import { BandsView, Button, Option } from "../views.js" */
/** @import { Press } from "../parts.js" */
/** @import { RowActions } from "./rows.js" */

const COLUMNS = { name: "Band", type: "Type", policy: "Policy", why: "Why" };
const WIDE_COLUMNS = {
  name: "Band",
  type: "Type",
  pixel: "Native pixel",
  values: "Values in preview",
  looks: "Looks like",
  policy: "Policy",
  why: "Suggestion",
};
const SYNTAX = "Try a part of a name, SCL_*, type:uint8, policy:MEAN, kind:class, is:override or is:differs";

/**
 * Default policy, filter, and the button that expands the table.
 * @param {BandsView} view
 * @param {{ uid: string, filter: string, wide: boolean }} state
 * @param {{ sift: (text: string) => void, press: Press, expand: () => void }} on
 */
export function drawTools(view, { uid, filter, wide }, { sift, press, expand }) {
  return h(
    "div",
    { key: "tools", class: "eew-bands-tools" },
    h("label", { class: "eew-label", for: `${uid}-default` }, "Default policy"),
    policyChoice(view.default, view.policies, (policy) => press("default_policy", { policy }), {
      id: `${uid}-default`,
      "data-eew-paths": POLICY_PATH,
      value: view.default,
    }),
    h(
      "div",
      { class: "eew-box eew-search" },
      icon("search", "eew-icon-small"),
      h("input", {
        type: "search",
        class: "eew-input eew-search-input",
        "aria-label": "Filter bands",
        placeholder: "Filter bands",
        title: SYNTAX,
        spellcheck: "false",
        value: filter,
        oninput: (/** @type {any} */ event) => sift(event.target.value),
      }),
    ),
    button({ ...EXPAND, label: wide ? "Collapse table" : "Expand table" }, expand, {
      "aria-pressed": wide,
      class: "eew-expand",
    }),
  );
}

const EXPAND = { name: "expand", icon: "expand", primary: false, reason: "", icon_only: true };
const SIEVED_FROM = 12;

/** Filters worth a button, with the word that stands for each. */
const SIEVES = {
  All: "",
  Overrides: "is:override",
  "Differ from suggestion": "is:differs",
  Class: "kind:class",
  Bitmask: "kind:bitmask",
  Continuous: "kind:measured",
};

/**
 * All filters, each with how many bands it keeps; of a table that is not expanded only those that keep some but not
 * all bands, and few bands need none.
 * @param {BandsView} view
 * @param {boolean} wide
 */
export function usefulSieves(view, wide) {
  const counted = Object.entries(SIEVES).map(([label, words]) => ({
    label,
    words,
    kept: filterBands(view, words).length,
  }));
  if (wide) return counted;
  const useful = counted.filter(({ words, kept }) => !words || (kept > 0 && kept < view.ids.length));
  return view.ids.length >= SIEVED_FROM && useful.length > 1 ? useful : [];
}

/**
 * @param {ReturnType<typeof usefulSieves>} sieves
 * @param {{ filter: string, wide: boolean }} state
 * @param {(text: string) => void} sift
 */
export function drawSieves(sieves, { filter, wide }, sift) {
  return h(
    "div",
    { key: "sieves", class: "eew-sieves", role: "group", "aria-label": "Show bands" },
    sieves.map(({ label, words, kept }) =>
      h(
        "button",
        {
          key: label,
          type: "button",
          class: "eew-sieve",
          "aria-pressed": filter.trim() === words,
          onclick: () => sift(words),
        },
        words === "is:differs" && kept > 0 && icon("warn", "eew-icon-small"),
        `${label} `,
        h("b", null, kept.toLocaleString("en")),
      ),
    ),
    wide &&
      h(
        "span",
        { class: "eew-sieves-hint", "aria-hidden": "true" },
        "Try ",
        ["SCL_*", "type:uint8", "policy:MEAN"].map((word, at) => [
          at > 0 && ", ",
          h("code", { key: word, class: "eew-mono" }, word),
        ]),
      ),
  );
}

/**
 * What can be done with the ticked bands.
 * @param {BandsView} view
 * @param {string[]} bands the ticked ones
 * @param {{ uid: string, said: string, policy: string, options: Option[] }} state
 * @param {RowActions & { set: (policy: string) => void, clear: () => void }} actions
 */
export function drawSelection(view, bands, { uid, said, policy, options }, actions) {
  const ticked = new Set(bands);
  const suggested = view.ids.some((band, index) => view.suggests[index] !== "" && ticked.has(band));
  const none = suggested ? "" : "None of these bands has a suggestion that differs.";
  /** @type {(name: string, label: string, more?: Partial<Button>) => Button} */
  const plain = (name, label, more) => ({
    name,
    label,
    icon: "",
    primary: false,
    reason: "",
    icon_only: false,
    ...more,
  });
  return h(
    "div",
    { key: "selection", class: "eew-selection", role: "group", "aria-label": "Selected bands" },
    icon("check", "eew-icon-small"),
    h("b", { class: "eew-strong" }, said),
    h("span", { class: "eew-muted eew-cut" }, [bands[0], ...bands.slice(1).slice(-1)].join(" to ")),
    h("span", { class: "eew-gap" }),
    h("label", { class: "eew-label", for: `${uid}-bulk` }, "Set policy"),
    policyChoice(policy || view.default, options, actions.set, { id: `${uid}-bulk`, value: policy }),
    button(plain("apply", `Apply to ${bands.length.toLocaleString("en")}`), () => actions.choose(bands, policy)),
    button(plain("suggest", "Use suggestions", { reason: none }), () => actions.suggest(bands)),
    button(plain("clear", "Clear selection", { icon: "x", icon_only: true }), actions.clear),
  );
}

/**
 * The heading of the table, whose box ticks the rows that the filter keeps.
 * @param {{ shown: number, total: number, some: boolean, all: boolean, tab: "0" | "-1", wide: boolean }} state
 * @param {() => void} toggle
 */
export function drawHeading({ shown, total, some, all, tab, wide }, toggle) {
  const label =
    shown === total ? `Select all ${count(shown, "band")}` : `Select the ${count(shown, "band")} that match`;
  return h(
    "div",
    { role: "row", class: "eew-bands-head", "aria-rowindex": 1, "data-row": -1 },
    h(
      "div",
      { role: "columnheader", class: "eew-cell eew-cell-tick" },
      h("input", {
        type: "checkbox",
        class: "eew-checkbox",
        "aria-label": label,
        title: label,
        "data-column": 0,
        tabindex: tab,
        checked: all,
        indeterminate: some && !all,
        onclick: toggle,
      }),
    ),
    Object.entries(wide ? WIDE_COLUMNS : COLUMNS).map(([name, title]) =>
      h("div", { key: name, role: "columnheader", class: `eew-cell eew-cell-${name}` }, title),
    ),
    h(
      "div",
      { key: "pyramid", role: "columnheader", class: "eew-cell eew-cell-pyramid" },
      h("span", { class: "eew-unseen" }, "Pyramid preview"),
    ),
  );
}
