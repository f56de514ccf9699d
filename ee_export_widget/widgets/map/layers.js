/** The menu of what is to be seen on the map. */

import { classes, h, icon } from "../dom.js";

/** @import { Child } from "../dom.js" */
/** @import { Layer } from "../views.js" */

/** @param {Event} event */
const menuOf = (event) => /** @type {HTMLElement} */ (event.currentTarget);

/**
 * @param {Layer[]} layers
 * @param {boolean} open
 * @param {boolean} small whether there is little room
 * @param {{open(open: boolean): void, show(layer: string, shown: boolean): void}} on
 * @param {Child} [picture] what belongs below the image preview
 * @returns {Child}
 */
export function layersMenu(layers, open, small, on, picture = null) {
  if (layers.length === 0) return null;
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (!open || event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    menuOf(event).querySelector("button")?.focus();
    on.open(false);
  };
  const left = (/** @type {FocusEvent} */ event) => {
    const { relatedTarget } = event;
    if (open && !(relatedTarget instanceof Node && menuOf(event).contains(relatedTarget))) on.open(false);
  };
  return h("div", { key: "layers", class: "eew-map-tools eew-map-layers", onkeydown: escape, onfocusout: left },
    h("button", { key: "button", type: "button", "aria-label": "Layers", "aria-expanded": String(open), title: "Layers", onclick: () => on.open(!open) }, icon("layers")),
    // A press on the words would take the focus out of the menu, and close it.
    open && h("div", { key: "menu", class: classes("eew-map-card eew-map-menu", small && "eew-map-small"), role: "group", "aria-label": "Layers", onpointerdown: hold },
      layers.map(({ name, label, note, shown }) => [
        h("label", { key: name },
          h("input", { type: "checkbox", checked: shown, onchange: (/** @type {Event} */ event) => on.show(name, /** @type {HTMLInputElement} */ (event.target).checked) }),
          label,
          note && h("span", { class: "eew-map-muted" }, note)),
        name === "image" && shown && picture,
      ])));
}

/** @param {PointerEvent} event */
const hold = (event) => {
  if (!(event.target instanceof Element && event.target.closest("input, select, button"))) event.preventDefault();
};
