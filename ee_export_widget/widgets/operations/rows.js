/** One operation: what it is, how far it has come, why it failed. */
import { classes, h, icon } from "../dom.js";
import { TONE_ICON, button, fixButtons, pairList } from "../parts.js";
import { age, clockText, halves, webAddress } from "./text.js";

/** @import { Button, Explanation, OperationView, Stage, Verification } from "../views.js" */
/** @import { Press } from "../parts.js" */

const SMALL = { class: "eew-small" };

/**
 * An operation in one line, all of which is the button that shows the rest.
 * @param {OperationView} row
 * @param {number} now ms since 1970
 * @param {() => void} open
 */
export function drawFolded(row, now, open) {
  const since = row.ended_ms > 0 ? age(now - row.ended_ms) : "";
  return h(
    "li",
    { key: row.name, class: "eew-operation eew-folded", "data-operation": row.name, "data-state": row.state },
    h(
      "button",
      { type: "button", class: "eew-operation-line eew-unfold", "aria-expanded": false, onclick: open },
      icon("chev", "eew-icon-small eew-chevron"),
      drawPill(row),
      h("span", { class: "eew-cut" }, row.title),
      h("span", { class: "eew-gap" }),
      since && h("span", { class: "eew-clock" }, since),
    ),
  );
}

/** @param {OperationView} row */
const drawPill = ({ pill, tone, icon: name }) =>
  h(
    "span",
    { class: `eew-pill eew-tone-${tone}` },
    icon(name, classes("eew-icon-small", name === "run" && tone === "busy" && "eew-spin")),
    pill,
  );

/**
 * @param {OperationView} row
 * @param {number} now ms since 1970
 * @param {string} copied button and operation of what was copied just now
 * @param {Press} press
 * @param {(() => void) | null} fold
 */
export function drawOperation(row, now, copied, press, fold) {
  const [figures, rest] = clockText(row.clock, now);
  const buttons = row.buttons.map((view) =>
    copied === `${view.name} ${row.name}` ? { ...view, label: "Copied", icon: "check" } : view,
  );
  const send = (/** @type {Button} */ { name }) => press(name, { operation: row.name });
  const [head, tail] = halves(row.target);
  return h(
    "li",
    {
      key: row.name,
      class: classes("eew-operation", `eew-tone-${row.tone}`),
      "data-operation": row.name,
      "data-state": row.state,
    },
    h(
      "div",
      { class: "eew-operation-line" },
      fold &&
        h(
          "button",
          {
            type: "button",
            class: "eew-fold",
            "aria-expanded": true,
            "aria-label": `Fold ${row.title}`,
            title: `Fold ${row.title}`,
            onclick: fold,
          },
          icon("chev", "eew-icon-small eew-chevron"),
        ),
      drawPill(row),
      h("b", { class: "eew-operation-name" }, row.title),
      h("span", { class: "eew-gap" }),
      h("span", { class: "eew-clock" }, figures && h("b", { class: "eew-strong" }, figures), figures && " ", rest),
    ),
    row.target &&
      h(
        "p",
        { class: "eew-target", title: row.target },
        head && h("span", { class: "eew-cut" }, head),
        h("span", { class: "eew-tail" }, tail),
      ),
    row.progress >= 0 && drawProgress(row),
    row.stages.length > 0 && h("ol", { class: "eew-stages" }, row.stages.map(drawStage)),
    row.explanation && drawExplanation(row.explanation, press),
    row.verification && drawVerification(row.verification, send),
    row.files.length > 0 && h("ul", { class: "eew-files", "aria-label": "Results" }, row.files.map(drawFile)),
    (row.facts.length > 0 || row.buttons.length > 0) &&
      h(
        "div",
        { class: "eew-operation-foot" },
        row.facts.length > 0 && pairList(row.facts),
        h("span", { class: "eew-gap" }),
        !row.asking &&
          buttons.length > 0 &&
          h(
            "span",
            { class: "eew-buttons" },
            buttons.map((view) => button(view, send, SMALL)),
          ),
      ),
    row.asking && drawQuestion(send),
  );
}

/** @param {OperationView} row */
function drawProgress({ title, progress, progress_text }) {
  const percent = Math.round(Math.min(1, progress) * 100);
  return h(
    "div",
    { class: "eew-progress" },
    h(
      "div",
      {
        class: "eew-bar",
        role: "progressbar",
        "aria-label": `Progress of ${title}`,
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "aria-valuenow": percent,
        "aria-valuetext": progress_text || `${percent} percent`,
      },
      h("div", { class: "eew-bar-fill", style: `width:${percent}%` }),
    ),
    h("span", { class: "eew-percent", "aria-hidden": true }, `${percent} %`),
  );
}

/** @param {Stage} stage */
function drawStage({ label, count, tone }) {
  return h(
    "li",
    { key: label, class: `eew-stage eew-tone-${tone}` },
    icon(TONE_ICON[tone] || "todo", classes("eew-icon-small", tone === "busy" && "eew-spin")),
    h("span", { class: "eew-stage-label" }, label),
    count && h("span", { class: "eew-muted" }, count),
  );
}

/**
 * @param {Explanation} explanation
 * @param {Press} press
 */
function drawExplanation({ strong, text, hint, offers, raw }, press) {
  return h(
    "div",
    { class: "eew-explanation" },
    h("p", { class: "eew-explanation-head" }, strong),
    text && h("p", null, text),
    hint && h("p", null, hint),
    offers.length > 0 && [
      h("p", { key: "helps", class: "eew-strong" }, "What usually helps"),
      offers.map((offer) =>
        h(
          "p",
          { key: offer.name, class: "eew-offer" },
          fixButtons([{ ...offer, note: "" }], press),
          offer.note && h("span", { class: "eew-words" }, offer.note),
        ),
      ),
    ],
    raw &&
      h(
        "details",
        null,
        h("summary", { class: "eew-raw-head" }, "Message from the server"),
        h("p", { class: "eew-mono eew-raw-text" }, raw),
      ),
  );
}

/**
 * @param {Verification} verification
 * @param {(button: Button) => void} send
 */
function drawVerification({ tone, strong, text, rows, button: again }, send) {
  return h(
    "div",
    { class: `eew-verification eew-tone-${tone}` },
    h(
      "p",
      { class: "eew-verification-head" },
      rows.length === 0 && icon(TONE_ICON[tone] || "info", classes("eew-icon-small", tone === "busy" && "eew-spin")),
      strong,
    ),
    text && h("p", null, text),
    again && button(again, send, SMALL),
    rows.length > 0 &&
      h(
        "table",
        { class: "eew-verification-table" },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            ["Property", "Requested", "In the asset", "Result"].map((name) => h("th", { key: name, scope: "col" }, name)),
          ),
        ),
        h(
          "tbody",
          null,
          rows.map(([name, requested, found, agrees]) =>
            h(
              "tr",
              { key: name, class: classes(!agrees && "eew-differs") },
              h("th", { scope: "row" }, name),
              h("td", { "data-label": "Requested" }, requested),
              h("td", { "data-label": "In the asset" }, found),
              h("td", null, icon(agrees ? "check" : "warn", "eew-icon-small"), agrees ? " equal" : " differs"),
            ),
          ),
        ),
      ),
  );
}

/** @param {string} file */
function drawFile(file) {
  const address = webAddress(file);
  const [head, tail] = halves(file);
  const name = [head && h("span", { class: "eew-cut" }, head), h("span", { class: "eew-tail" }, tail)];
  return h(
    "li",
    { key: file, class: "eew-target", title: file },
    address
      ? h("a", { class: "eew-link eew-target", href: address, target: "_blank", rel: "noopener noreferrer" }, name)
      : name,
  );
}

/** @param {(button: Button) => void} send */
function drawQuestion(send) {
  /** @type {(name: string, label: string) => Button} */
  const plain = (name, label) => ({ name, label, icon: "", primary: false, reason: "", icon_only: false });
  return h(
    "div",
    {
      class: "eew-question",
      role: "group",
      "aria-label": "Cancel this export?",
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        send(plain("keep", ""));
      },
    },
    icon("warn", "eew-icon-small"),
    h(
      "p",
      { class: "eew-words" },
      h("b", { class: "eew-strong" }, "Cancel this export?"),
      " Pixels computed so far are lost.",
    ),
    h(
      "span",
      { class: "eew-buttons" },
      button(plain("keep", "Keep running"), send, SMALL),
      button(plain("cancel_now", "Cancel export"), send, SMALL),
    ),
  );
}
