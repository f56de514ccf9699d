/** Shows every panel over a model that lives in the page, inside of boxes as the widget library makes them. */
import bands from "../../../ee_export_widget/widgets/bands/bands.js";
import form from "../../../ee_export_widget/widgets/form/form.js";
import operations from "../../../ee_export_widget/widgets/operations/operations.js";
import pyramid from "../../../ee_export_widget/widgets/pyramid/pyramid.js";
import preview from "../../../ee_export_widget/widgets/preview/preview.js";
import { STATES } from "./samples.js";
import { manyBands } from "./samples/bands.js";

/** A model with one view, whose kernel is whoever calls `set` and reads `sent`. */
class Model {
  /** @param {any} view */
  constructor(view) {
    this.view = view;
    /** @type {any[]} */
    this.sent = [];
    /** @type {string[]} what was sent beside the messages, as text */
    this.texts = [];
    /** @type {[string, (...args: any[]) => void][]} */
    this.listeners = [];
  }

  get() {
    return this.view;
  }

  /** @param {string} event @param {(...args: any[]) => void} listener */
  on(event, listener) {
    this.listeners.push([event, listener]);
  }

  /** @param {string} event @param {(...args: any[]) => void} listener */
  off(event, listener) {
    this.listeners = this.listeners.filter(([name, call]) => name !== event || call !== listener);
  }

  /** @param {any} content @param {any} [_callbacks] @param {ArrayBuffer[]} [buffers] */
  send(content, _callbacks, buffers = []) {
    this.sent.push(content);
    for (const buffer of buffers) this.texts.push(new TextDecoder().decode(buffer));
  }

  /** @param {any} view */
  set(view) {
    this.view = view;
    for (const [event, call] of this.listeners) if (event === "change" || event === "change:view") call();
  }

  /** @param {any} command */
  command(command) {
    for (const [event, call] of this.listeners) if (event === "msg:custom") call(command);
  }
}

/** @param {string} names @param {...Node} children */
function box(names, ...children) {
  const el = document.createElement("div");
  el.className = `lm-Widget jupyter-widgets ${names}`;
  el.append(...children);
  return el;
}

/** @param {string} state */
function show(state) {
  const views = STATES[state];
  /** @type {Record<string, Model>} */
  const models = {};
  /** @type {(() => void)[]} */
  const cleanups = [];
  /** @param {keyof typeof views} name @param {any} module @param {string} [names] */
  const panel = (name, module, names = "") => {
    const el = box(names);
    models[name] = new Model(views[name]);
    cleanups.push(module.render({ model: models[name], el }));
    return el;
  };
  const container = "widget-container widget-box widget-vbox jupyter-widget-box jupyter-widget-vbox";
  const map = box("eew-map");
  map.append("map");
  const root = box(
    `${container} eew-root`,
    box(
      `${container} eew-frame`,
      panel("bar", form, "eew-a-bar"),
      panel("strip", form, "eew-a-strip"),
      panel("image", form, "eew-step eew-a-image"),
      box(`${container} eew-step eew-a-grid`, panel("gridHead", form), map, panel("grid", form, "eew-grid")),
      panel("bands", bands, "eew-step eew-a-bands eew-bands"),
      panel("destination", form, "eew-step eew-a-dest eew-destination"),
      panel("advanced", form, "eew-step eew-a-adv"),
      panel("pyramid", pyramid, "eew-a-pyr"),
      panel("act", form, "eew-a-act"),
      panel("request", preview, "eew-step eew-a-req eew-preview"),
      panel("operations", operations, "eew-step eew-a-ops eew-status"),
    ),
  );
  document.querySelector("#bench")?.replaceChildren(root);
  return { root, models, views, close: () => cleanups.forEach((clean) => clean()) };
}

const wanted = new URLSearchParams(location.hash.slice(1)).get("state") ?? "ready";
Object.assign(globalThis, { bench: { show, manyBands, STATES, Model, form, now: show(wanted) } });
