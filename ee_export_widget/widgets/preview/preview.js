/** Draws a `PreviewView`: the request as it will be sent, linked with the fields that make it. */
import { classes, copy, h, icon, mount } from "../dom.js";
import { rove, within } from "../parts.js";
import { focusPath, stepper } from "../step.js";
import { changedLines, lineKeys, linesOf } from "./lines.js";

/** @import { Command, Line, PreviewView, ViewProps } from "../views.js" */

const TINT_MS = 1200;
const COPIED_MS = 2000;

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
    const keys = changedLines(view.lines, model.get("view").lines);
    view = model.get("view");
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
    near = target.closest("[data-eew-paths]")?.getAttribute("data-eew-paths")?.split(" ") ?? [];
    update();
  }

  function update() {
    const keys = lineKeys(view.lines);
    const hot = linesOf(view.lines, near);
    draw(
      h(
        "section",
        { class: "eew-panel", "aria-label": view.head.title },
        step.draw(view.head, { mark: "words" }),
        h(
          "div",
          { key: "body", class: "eew-body" },
          drawTabs(),
          h(
            "div",
            {
              class: "eew-code",
              role: "listbox",
              "aria-label": "Request body",
              "data-lm-suppress-shortcuts": "true",
              onkeydown: key,
            },
            view.lines.map((line, index) => drawLine(line, index, keys[index], hot.has(line))),
          ),
          view.note && h("p", { class: "eew-quiet" }, view.note),
        ),
      ),
    );
  }

  function drawTabs() {
    return h(
      "div",
      { class: "eew-tabs" },
      h(
        "div",
        { role: "tablist", class: "eew-tab-list", "aria-label": "Request as" },
        h("button", { type: "button", role: "tab", class: "eew-tab", "aria-selected": true }, "JSON"),
      ),
      h("span", { class: "eew-gap" }),
      h("span", { class: "eew-muted eew-size" }, view.size),
      h(
        "button",
        { type: "button", class: classes("eew-button eew-small eew-plain", copied && "eew-tone-ok"), onclick: ask },
        icon(copied ? "check" : "copy", "eew-icon-small"),
        h("span", { "aria-live": "polite" }, copied ? "Copied" : "Copy"),
      ),
    );
  }

  /**
   * @param {Line} line
   * @param {number} index
   * @param {string} key
   * @param {boolean} hot the field of this line has the focus
   */
  function drawLine(line, index, key, hot) {
    return h(
      "div",
      {
        key,
        role: "option",
        class: classes(
          "eew-line",
          line.message && "eew-line-problem",
          hot && "eew-hot",
          changed.has(key) && "eew-changed",
          line.path && "eew-linked",
        ),
        title: line.message || undefined,
        "aria-description": line.message || undefined,
        "aria-selected": hot,
        "data-path": line.path || undefined,
        tabindex: index === at ? "0" : "-1",
        onfocus: () => {
          at = index;
          update();
        },
        onclick: () => line.path && !window.getSelection()?.toString() && focusPath(el, line.path),
      },
      "  ".repeat(line.depth),
      line.pieces.map(([kind, text]) => h("span", { class: `eew-code-${kind}` }, text)),
      "\n",
    );
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    const line = view.lines[at];
    if (event.key === "Enter" && line?.path) focusPath(el, line.path);
    else if (!rove(event, within(event, ".eew-line"))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  function ask() {
    if (view.text) void put(view.text);
    else model.send({ event: "action", name: "copy", args: {} });
  }

  /** @param {string} text */
  async function put(text) {
    await copy(text, el);
    copied = true;
    update();
    after(COPIED_MS, () => (copied = false));
  }

  /** @param {Command} message */
  function obey(message) {
    if (message.command === "copy") void put(message.text);
    else if (message.command === "focus") focusPath(el, message.path);
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

export default { render };
