/** Everything that stands between the fields of a form, one function for each kind of item. */
import { classes, h, icon } from "../dom.js";
import { TONE_ICON, button, fixButtons, hint, pairList, problem, words } from "../parts.js";
import { drawEntry } from "./entry.js";
import { drawAssets } from "./assets.js";
import { drawField } from "./fields.js";
import { drawMenu } from "./menu.js";

/** @import { Button, Confirm, Fact, Facts, Item, Note, Skip, Status } from "../views.js" */
/** @import { Child } from "../dom.js" */
/** @import { Form } from "./text.js" */

/**
 * @param {Item[]} items
 * @param {Form} form
 */
export const drawItems = (items, form) => items.map((item) => DRAW[item.kind](/** @type {any} */ (item), form));

/** @type {{ [K in Item["kind"]]: (item: Extract<Item, { kind: K }>, form: Form) => Child }} */
const DRAW = {
  field: drawField,
  menu: drawMenu,
  assets: drawAssets,
  facts: drawFacts,
  status: drawStatus,
  confirm: drawConfirm,
  gap: () => h("span", { class: "eew-gap" }),
  title: ({ text }) => h("h2", { class: "eew-title" }, icon("asset"), text),
  pairs: ({ pairs }) => pairList(pairs),
  row: ({ layout, items }, form) => h("div", { class: `eew-row eew-row-${layout}` }, drawItems(items, form)),
  text: ({ tone, strong, text }) =>
    tone === "plain" || tone === "muted"
      ? h("p", { class: `eew-quiet eew-tone-${tone}` }, words(strong, text))
      : hint(tone, words(strong, text)),
  note: drawNote,
  entry: (item, form) => drawEntry(item, form, drawItems(item.items, form)),
  buttons: ({ links, buttons }, form) =>
    h(
      "div",
      { class: links ? "eew-links" : "eew-buttons" },
      buttons.map((view) => (links ? drawLink(view, form) : press(view, form))),
    ),
};

/**
 * @param {Button} view
 * @param {Form} form
 */
function press(view, form) {
  return button(view, ({ name }) => form.press(name), { class: view.name === "submit" || view.name === "submit_parts" ? "eew-submit" : "" });
}

/**
 * @param {Button} view
 * @param {Form} form
 */
function drawLink({ name, label, reason }, form) {
  return h(
    "button",
    {
      key: name,
      type: "button",
      class: "eew-link",
      "data-eew-action": name,
      "aria-disabled": reason ? true : undefined,
      "aria-description": reason || undefined,
      title: reason || undefined,
      onclick: () => reason || form.press(name),
    },
    label,
  );
}

/**
 * @param {Note} note
 * @param {Form} form
 */
export function drawNote(note, form) {
  return problem(note, form.press, { class: "eew-note", key: `${note.field} ${note.strong}` });
}

/**
 * @param {Facts} item
 * @param {Form} form
 */
function drawFacts({ label, facts, tone, strong, text, muted, fixes }, form) {
  return h(
    "dl",
    { class: classes("eew-facts", facts.length === 0 && "eew-facts-none"), "aria-label": label },
    facts.map(drawFact),
    (strong || text || muted) &&
      h(
        "div",
        { key: "sentence", class: `eew-fact-sentence eew-tone-${tone}` },
        h("dt", { class: "eew-unseen" }, facts.length > 0 ? "Alignment" : label),
        h(
          "dd",
          { class: "eew-fact-words" },
          icon(tone === "ok" ? "ok" : TONE_ICON[tone], "eew-icon-small"),
          h("span", { class: "eew-words" }, words(strong, text, muted)),
          fixes.length > 0 && h("span", { class: "eew-fixes" }, fixButtons(fixes, form.press)),
        ),
      ),
  );
}

/** @param {Fact} fact */
function drawFact({ label, strong, text, exact, tone, meter }) {
  const share = Math.round(100 * (meter ?? 0));
  return h(
    "div",
    { key: label, class: `eew-fact eew-tone-${tone}` },
    h("dt", { class: "eew-fact-label" }, label),
    h(
      "dd",
      { class: "eew-fact-value", title: exact || undefined },
      h("b", { class: "eew-strong" }, strong),
      text && [" ", h("span", { class: "eew-fact-unit" }, text)],
      meter !== undefined &&
        h(
          "span",
          {
            class: classes("eew-meter", meter > 1 && "eew-over"),
            role: "img",
            "aria-label": `${share} percent of the limit`,
          },
          h("span", { class: "eew-meter-fill", style: `width:${Math.min(100, Math.max(1, share))}%` }),
        ),
    ),
  );
}

/**
 * @param {Status} item
 * @param {Form} form
 */
function drawStatus({ part, tone, strong, pieces, links }, form) {
  const sign = { connection: "offline", readiness: "warn", preflight: "warn" };
  return h(
    "div",
    {
      key: part,
      class: `eew-status-line eew-${part} eew-tone-${tone}`,
      role: part === "readiness" ? undefined : "status",
      title: part === "connection" ? [strong, ...pieces].join(" ") : undefined,
    },
    icon(tone === "warning" ? sign[part] : tone === "ok" ? "ok" : TONE_ICON[tone], tone === "busy" ? "eew-spin" : ""),
    h(
      "div",
      { class: "eew-status-words" },
      strong && h("p", { class: "eew-status-head" }, strong),
      (pieces.length > 0 || links.length > 0) &&
        h(
          "p",
          { class: "eew-status-pieces" },
          pieces.map((piece) => h("span", null, piece, " ")),
          links.map(([label, path]) =>
            h("button", { key: path, type: "button", class: "eew-link", onclick: () => form.go(path) }, label),
          ),
        ),
    ),
  );
}

/**
 * @param {Confirm} item
 * @param {Form} form
 */
function drawConfirm({ title, rows, messages, back, go, skip }, form) {
  const id = `${form.uid}-confirm`;
  return h(
    "section",
    {
      key: "confirm",
      class: "eew-confirm",
      role: "dialog",
      "aria-labelledby": id,
      "data-lm-suppress-shortcuts": "true",
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        form.press(back.name);
      },
    },
    h("h3", { id, class: "eew-confirm-title", tabindex: "-1" }, title),
    h(
      "dl",
      { class: "eew-confirm-rows" },
      rows.map(([term, value, remark]) =>
        h(
          "div",
          { key: term, class: "eew-confirm-row" },
          h("dt", { class: "eew-term" }, term),
          h("dd", { class: "eew-value" }, value, remark && h("span", { class: "eew-confirm-remark" }, remark)),
        ),
      ),
    ),
    messages.map((message) => problem(message, form.press)),
    skip && drawSkip(skip, form),
    h("div", { class: "eew-buttons" }, press(back, form), press(go, form)),
  );
}

/**
 * @param {Skip} skip
 * @param {Form} form
 */
function drawSkip({ label, hint: words, checked }, form) {
  const id = `${form.uid}-skip`;
  return h(
    "div",
    { key: "skip", class: "eew-skip" },
    h(
      "label",
      { class: "eew-check" },
      h("input", {
        id,
        type: "checkbox",
        class: "eew-checkbox",
        checked,
        "aria-describedby": `${id}-hint`,
        onchange: (/** @type {any} */ event) => form.press("skip_question", { on: event.target.checked }),
      }),
      h("span", null, label),
    ),
    h("p", { class: "eew-quiet eew-tone-muted", id: `${id}-hint` }, words),
  );
}
