/** Draws a `FormView`: any panel made of fields, facts, messages and buttons. */
import { copy, focused, h, mount, uid } from "../dom.js";
import { followKernel, tell } from "../kernel.js";
import { formKeys } from "../keys.js";
import { focusPath, stepper } from "../step.js";
import { entryFocus } from "./entry.js";
import { drawItems } from "./items.js";
import { limits } from "./limits.js";
import { typing } from "./typing.js";

/** @import { Command, FormView, Item, ViewProps } from "../views.js" */
/** @import { Form } from "./text.js" */

/**
 * @param {Item[]} items
 * @returns {boolean}
 */
const asks = (items) => items.some((item) => item.kind === "confirm" || (item.kind === "row" && asks(item.items)));

/**
 * The button that asked for a question last, in each form: a question takes the focus where it was asked for, and
 * only there.
 * @type {WeakMap<Element, string>}
 */
const askers = new WeakMap();
const ASKING = ["submit", "submit_parts"];

/** @param {ViewProps<FormView>} props */
function render({ model, el }) {
  const draw = mount(el);
  const step = stepper(el, update);
  let asked = asks(model.get("view").items);
  const entry = entryFocus(el, model.get("view").items);
  /** @type {Form} */
  const form = {
    entries: typing(
      (edit) => tell(model, edit),
      () => model.get("view").ack ?? 0,
    ),
    press: (name, args = {}) => {
      entry.pressed(name);
      const root = rootOf();
      if (root && ASKING.includes(name)) askers.set(root, name);
      tell(model, { event: "action", name, args });
    },
    redraw: update,
    go: (path) => focusPath(el, path),
    uid: uid(),
    state: { opened: "", at: -1, searching: false, refused: null },
  };
  const rootOf = () => el.closest(".eew-root");
  el.classList.add("eew-host");
  const stop = new AbortController();
  // One panel speaks for the whole form: the one that names it.
  if (model.get("view").items[0]?.kind === "title") {
    formKeys(el, form.press, stop.signal);
    stop.signal.addEventListener("abort", followKernel(el));
  }

  limits(
    el,
    (id, refusal) => {
      if (!refusal && form.state.refused?.id !== id) return;
      form.state.refused = refusal && { id, refusal };
      update();
    },
    stop.signal,
  );

  function update() {
    const { label, head, items } = model.get("view");
    const here = focused(el) !== null;
    el.classList.toggle("eew-host-head", head !== null);
    draw(
      h(
        "section",
        { class: "eew-panel", "aria-label": label },
        head && step.draw(head),
        items.length > 0 && h("div", { key: "body", class: "eew-body" }, drawItems(items, form)),
      ),
    );
    const asking = asks(items);
    const root = rootOf();
    if (asking !== asked && (here || (asking && root && askers.has(root)))) follow(asking);
    asked = asking;
    entry.follow(items);
  }

  /**
   * Keeps the focus with the person who pressed Submit, and gives it back after the question.
   * @param {boolean} asking
   */
  function follow(asking) {
    const root = rootOf() ?? el;
    const opener = root.querySelector(`.eew-entry [data-eew-action="${askers.get(root)}"]`);
    const goal = asking ? el.querySelector(".eew-confirm-title") : (opener ?? el.querySelector(".eew-submit"));
    if (!asking) askers.delete(root);
    /** @type {HTMLElement | null} */ (goal ?? el.querySelector(".eew-button"))?.focus();
  }

  /** @param {Node | null} target */
  function leave(target) {
    if (!form.state.opened || !target || el.querySelector(".eew-menu-open, .eew-combo:focus-within")?.contains(target))
      return;
    form.state.opened = "";
    update();
  }
  /**
   * Whoever is led to a menu, as to another project, finds it open with the caret where something can be typed.
   * @param {Event} event
   */
  function goto(event) {
    const menu = /** @type {Element} */ (event.target);
    const name = menu.getAttribute("data-eew-menu");
    if (!name) return;
    event.preventDefault();
    form.state.opened = name;
    update();
    menu.scrollIntoView({ block: "nearest" });
    /** @type {HTMLElement | null} */ (menu.querySelector(".eew-menu-entry input"))?.focus();
  }
  const focusout = (/** @type {FocusEvent} */ event) => leave(/** @type {Node | null} */ (event.relatedTarget));
  const pressed = (/** @type {PointerEvent} */ event) => leave(/** @type {Node} */ (event.composedPath()[0]));

  el.addEventListener("eew-goto", goto);
  el.addEventListener("focusout", focusout);
  document.addEventListener("pointerdown", pressed, true);
  /** @param {Command} message */
  const obey = (message) => {
    if (message.command === "copy") void copy(message.text, el);
  };

  model.on("change:view", update);
  model.on("msg:custom", obey);
  update();
  return () => {
    stop.abort();
    model.off("change:view", update);
    model.off("msg:custom", obey);
    el.removeEventListener("eew-goto", goto);
    el.removeEventListener("focusout", focusout);
    document.removeEventListener("pointerdown", pressed, true);
    form.entries.stop();
    step.stop();
    draw();
  };
}

export default { render };
