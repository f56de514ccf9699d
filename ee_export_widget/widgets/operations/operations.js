/** Draws an `OperationsView`: what was submitted and what has become of it. */
import { classes, copy, focused, h, icon, mount } from "../dom.js";
import { tell } from "../kernel.js";
import { problem, tabList } from "../parts.js";
import { focusPath, stepper } from "../step.js";
import { drawFolded, drawOperation } from "./rows.js";

/** @import { Command, OperationView, OperationsView, ViewProps } from "../views.js" */
/** @import { Press } from "../parts.js" */

const SECOND_MS = 1000;
const COPIED_MS = 2000;

/** @param {ViewProps<OperationsView>} props */
function render({ model, el }) {
  const draw = mount(el);
  const step = stepper(el, update);
  let heard = Date.now();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;
  el.classList.add("eew-host", "eew-host-head");

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let fading;
  let copied = "";
  /** @type {Set<string>} operations of others that are shown in full */
  const unfolded = new Set();

  /** @type {Press} A name is copied here, so that it can be had from a kernel that is busy or gone. */
  const press = (name, args = {}) => {
    const operation = String(args.operation);
    if (name === "copy_name") void put(name, operation, operation);
    else if (name === "copy_error") void put(name, operation, errorOf(operation));
    else if (name === "copy_asset") void put(name, operation, rowOf(operation)?.asset ?? "");
    else tell(model, { event: "action", name, args });
    if (name === "show_on_map" && !rowOf(operation)?.on_map) showMap();
  };
  /** @param {string} operation */
  const rowOf = (operation) => model.get("view").rows.find(({ name }) => name === operation);
  const errorOf = (/** @type {string} */ operation) => rowOf(operation)?.explanation?.raw ?? "";

  /**
   * @param {OperationView} row
   * @param {number} now
   */
  function drawRow(row, now) {
    const open = unfolded.has(row.name);
    if (row.folds && !open) return drawFolded(row, now, () => fold(row.name, false));
    return drawOperation(row, now, copied, press, row.folds ? () => fold(row.name, true) : null);
  }

  /**
   * Folds a row to its line or shows all of it; the focus stays with what turns it back.
   * @param {string} name
   * @param {boolean} folded
   */
  function fold(name, folded) {
    if (folded) unfolded.delete(name);
    else unfolded.add(name);
    update();
    const row = el.querySelector(`.eew-operation[data-operation="${CSS.escape(name)}"]`);
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector("[aria-expanded]"))?.focus();
  }

  /** Brings the map into sight, in a step that may be closed. */
  function showMap() {
    const step = el.closest(".eew-root")?.querySelector(".eew-step:has(.eew-map)");
    if (step?.getAttribute("data-open") === "false") {
      /** @type {HTMLElement | null} */ (step.querySelector(".eew-toggle"))?.click();
    }
    step?.querySelector(".eew-map")?.scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {string} name of the button
   * @param {string} operation
   * @param {string} text
   */
  async function put(name, operation, text) {
    await copy(text, el);
    copied = `${name} ${operation}`;
    clearTimeout(fading);
    fading = setTimeout(() => {
      copied = "";
      update();
    }, COPIED_MS);
    update();
  }

  /** Takes the operation from the map by the key that ends most things. @param {KeyboardEvent} event */
  function escape(event) {
    if (event.key !== "Escape" || !model.get("view").rows.some((row) => row.on_map)) return;
    event.stopPropagation();
    press("hide_from_map");
  }

  function update() {
    const view = model.get("view");
    const now = Date.now();
    const silent = view.beat_s > 0 && now - heard > view.beat_s * SECOND_MS;
    const place = spot(focused(el));
    draw(
      h(
        "section",
        {
          class: classes("eew-panel", silent && "eew-silent"),
          "aria-label": view.head.title,
          "data-eew-paths": "operations",
        },
        step.draw(view.head, { mark: "live" }),
        h(
          "div",
          { key: "body", class: "eew-body" },
          view.tabs.length > 0 && drawTabs(view),
          h("p", { key: "live", class: "eew-unseen", "aria-live": "polite" }, copied ? "Copied" : view.announce),
          silent &&
            h(
              "p",
              { key: "silence", class: "eew-silence" },
              `No news from the kernel for ${Math.floor((now - heard) / SECOND_MS)} s`,
            ),
          view.notice && problem(view.notice, press, { key: "notice", class: "eew-note" }),
          view.rows.length > 0
            ? h(
                "ol",
                { key: "rows", class: "eew-operations", onkeydown: escape },
                view.rows.map((row) => drawRow(row, now)),
              )
            : h("p", { key: "empty", class: "eew-quiet" }, view.empty),
        ),
      ),
    );
    if (place && !focused(el)) refocus(place);
    tick(view.beat_s > 0 || view.rows.some((row) => row.clock.running));
  }

  /**
   * @param {OperationsView} view
   */
  function drawTabs({ tabs, tab, states, state }) {
    return h(
      "div",
      { key: "tabs", class: "eew-tabs" },
      tabList(tabs, tab, "Which operations", (value) => press("tab", { tab: value })),
      states.length > 0 && [
        h("span", { class: "eew-gap" }),
        h(
          "div",
          { class: "eew-select eew-states" },
          h(
            "select",
            {
              class: "eew-input",
              "aria-label": "State",
              "data-lm-suppress-shortcuts": "true",
              onchange: (/** @type {any} */ event) => press("filter_state", { state: event.target.value }),
              value: state,
            },
            states.map(({ value, label }) => h("option", { key: value, value }, label)),
          ),
          icon("down", "eew-icon-small"),
        ),
      ],
    );
  }

  /** @param {boolean} wanted */
  function tick(wanted) {
    if (wanted === (ticking !== undefined)) return;
    clearInterval(ticking);
    ticking = wanted ? setInterval(update, SECOND_MS) : undefined;
  }

  /**
   * The row that an element stands in, to come back to when a button of the row is gone.
   * @param {Element | null} element
   */
  const spot = (element) => element?.closest(".eew-operation")?.getAttribute("data-operation");

  /** @param {string} operation */
  function refocus(operation) {
    const row = el.querySelector(`.eew-operation[data-operation="${CSS.escape(operation)}"]`);
    /** @type {HTMLElement | null} */ (row?.querySelector(".eew-button"))?.focus();
  }

  const news = () => {
    heard = Date.now();
    update();
  };
  /** @param {Command} message */
  const obey = (message) => {
    heard = Date.now();
    if (message.command === "copy") void copy(message.text, el);
    else if (message.command === "focus") focusPath(el, message.path);
  };
  model.on("change", news);
  model.on("msg:custom", obey);
  update();
  return () => {
    model.off("change", news);
    model.off("msg:custom", obey);
    tick(false);
    clearTimeout(fading);
    step.stop();
    draw();
  };
}

export default { render };
