/** Draws a `PreviewView`: the request as it will be sent, linked with the fields that make it. */
import { classes, copy, h, icon, mount } from "../dom.js";
import { tell } from "../kernel.js";
import { tabList } from "../parts.js";
import { focusPath, stepper } from "../step.js";
import { changedLines, lineKeys, linesOf } from "./lines.js";
import { drawListing } from "./listing.js";
import { texts } from "./texts.js";

/** @import { Command, Mark, PreviewView, ViewProps } from "../views.js" */

const TINT_MS = 1200;
const COPIED_MS = 2000;
/** @type {Mark} */
const UNAPPLIED = { tone: "warning", text: "edit not applied" };

/** @param {ViewProps<PreviewView>} props */
function render({ model, el }) {
  const draw = mount(el);
  const step = stepper(el, connect);
  /** @type {Set<any>} */
  const timers = new Set();
  /** @type {Set<string>} */
  const changed = new Set();
  /** @type {string[]} paths of the field that has the focus */
  let near = [];
  /** @type {Element | null} */
  let root = null;
  let copied = false;
  let at = 0;
  let view = model.get("view");
  const text = texts(el, model, update, after);
  el.classList.add("eew-host", "eew-host-head");

  /**
   * @param {number} ms
   * @param {() => void} undo
   */
  function after(ms, undo) {
    const timer = setTimeout(() => {
      timers.delete(timer);
      undo();
      update();
    }, ms);
    timers.add(timer);
  }

  function load() {
    const before = view;
    view = model.get("view");
    const keys = before.tab === view.tab ? changedLines(before.lines, view.lines) : [];
    for (const key of keys) changed.add(key);
    if (keys.length > 0) after(TINT_MS, () => keys.forEach((key) => changed.delete(key)));
    at = Math.max(0, Math.min(at, view.lines.length - 1));
    update();
  }

  /** The root is known only once this panel is in the page. */
  function connect() {
    const found = el.closest(".eew-root");
    if (found !== root) {
      root?.removeEventListener("focusin", follow);
      root = found;
      root?.addEventListener("focusin", follow);
    }
    update();
  }

  /** @param {Event} event */
  function follow(event) {
    const target = /** @type {Element} */ (event.target);
    if (el.contains(target)) return;
    near = placesOf(target);
    update();
  }

  /** @param {string} name @param {Record<string, unknown>} [args] */
  const press = (name, args = {}) => tell(model, { event: "action", name, args });

  function update() {
    draw(
      h(
        "section",
        {
          class: classes("eew-panel", text.isOver() && "eew-drop-here"),
          "aria-label": view.head.title,
          "data-eew-paths": "request",
          ...text.target,
        },
        step.draw(text.isUnapplied() ? { ...view.head, mark: UNAPPLIED } : view.head, { mark: "words" }),
        h(
          "div",
          { key: "body", class: "eew-body" },
          drawTabs(),
          text.draw(),
          !text.isEditing() && [drawLines(), view.note && h("p", { class: "eew-quiet" }, view.note)],
          h(
            "div",
            { key: "foot", class: "eew-request-foot" },
            h("span", { class: "eew-muted eew-size" }, view.size),
            text.fileButtons("eew-button eew-small"),
          ),
        ),
      ),
    );
  }

  function drawLines() {
    return drawListing({
      label: "Request body",
      lines: view.lines,
      keys: lineKeys(view.lines),
      hot: linesOf(view.lines, near),
      changed,
      at,
      reach: (index) => {
        at = index;
        update();
      },
      go: (path) => focusPath(el, path),
      unfold: (path) => press("unfold", { path }),
    });
  }

  function drawTabs() {
    const current = text.isEditing() ? "json" : view.tab;
    const look = "eew-button eew-small eew-plain";
    return h(
      "div",
      { key: "tabs", class: "eew-tabs eew-request-tabs" },
      tabList(view.tabs, current, "Request as", (tab) => {
        if (text.isEditing()) text.leave();
        press("request_tab", { tab });
      }),
      h("span", { class: "eew-gap" }),
      text.editButton(look),
      h(
        "button",
        { type: "button", key: "copy", class: classes(look, copied && "eew-tone-ok"), onclick: ask },
        icon(copied ? "check" : "copy", "eew-icon-small"),
        h("span", { "aria-live": "polite" }, copied ? "Copied" : "Copy"),
      ),
    );
  }

  function ask() {
    if (view.text) void put(view.text);
    else press("copy");
  }

  /** @param {string} whole */
  async function put(whole) {
    await copy(whole, el);
    copied = true;
    update();
    after(COPIED_MS, () => (copied = false));
  }

  /** @param {Command} message */
  function obey(message) {
    if (message.command === "copy") void put(message.text);
    else if (message.command === "focus") focusPath(el, message.path);
    else text.obey(message);
  }

  model.on("change:view", load);
  model.on("msg:custom", obey);
  connect();
  return () => {
    model.off("change:view", load);
    model.off("msg:custom", obey);
    root?.removeEventListener("focusin", follow);
    timers.forEach(clearTimeout);
    step.stop();
    draw();
  };
}

/**
 * The JSON paths that an element edits; what leads nobody to it names them otherwise.
 * @param {Element} target
 */
function placesOf(target) {
  const place = target.closest("[data-eew-paths], [data-eew-writes]");
  return (place?.getAttribute("data-eew-paths") ?? place?.getAttribute("data-eew-writes"))?.split(" ") ?? [];
}

export default { render };
