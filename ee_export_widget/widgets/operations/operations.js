/** Draws an `OperationsView`: what was submitted and what has become of it. */
import { classes, copy, focused, h, mount } from "../dom.js";
import { tell } from "../kernel.js";
import { problem, rove, within } from "../parts.js";
import { focusPath, stepper } from "../step.js";
import { drawOperation } from "./rows.js";

/** @import { Command, OperationsView, Option, ViewProps } from "../views.js" */
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

  /** @type {Press} A name is copied here, so that it can be had from a kernel that is busy or gone. */
  const press = (name, args = {}) => {
    if (name === "copy_name") void put(String(args.operation));
    else tell(model, { event: "action", name, args });
  };
  /** @param {string} name */
  async function put(name) {
    await copy(name, el);
    copied = name;
    clearTimeout(fading);
    fading = setTimeout(() => {
      copied = "";
      update();
    }, COPIED_MS);
    update();
  }

  function update() {
    const view = model.get("view");
    const now = Date.now();
    const silent = view.beat_s > 0 && now - heard > view.beat_s * SECOND_MS;
    const place = spot(focused(el));
    draw(
      h(
        "section",
        { class: classes("eew-panel", silent && "eew-silent"), "aria-label": view.head.title },
        step.draw(view.head, { mark: "live" }),
        h(
          "div",
          { key: "body", class: "eew-body" },
          view.tabs.length > 0 && drawTabs(view.tabs, view.tab),
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
                { key: "rows", class: "eew-operations" },
                view.rows.map((row) => drawOperation(row, now, copied, press)),
              )
            : h("p", { key: "empty", class: "eew-quiet" }, view.empty),
        ),
      ),
    );
    if (place && !focused(el)) refocus(place);
    tick(view.beat_s > 0 || view.rows.some((row) => row.clock.running));
  }

  /**
   * @param {Option[]} tabs
   * @param {string} current
   */
  function drawTabs(tabs, current) {
    return h(
      "div",
      { key: "tabs", class: "eew-tabs" },
      h(
        "div",
        {
          role: "tablist",
          class: "eew-tab-list",
          "aria-label": "Which operations",
          "data-lm-suppress-shortcuts": "true",
          onkeydown: (/** @type {KeyboardEvent} */ event) => rove(event, within(event, "[role=tab]"))?.click(),
        },
        tabs.map(({ value, label, note }) =>
          h(
            "button",
            {
              key: value,
              type: "button",
              role: "tab",
              class: "eew-tab",
              "aria-selected": value === current,
              tabindex: value === current ? "0" : "-1",
              onclick: () => value !== current && press("tab", { tab: value }),
            },
            label,
            note && [" ", h("span", { class: "eew-tab-count" }, note)],
          ),
        ),
      ),
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
