/** The two bars of buttons at the map's corners. */

import { h, icon } from "../dom.js";
import { rove, within } from "../parts.js";

/** @import { Child } from "../dom.js" */
/** @import { Button, MapView } from "../views.js" */

/** Keys of the tools, while the focus is in the map. */
const KEYS = /** @type {Record<string, string>} */ ({ h: "pan", r: "draw", p: "polygon", f: "footprint", l: "lattice", Delete: "clear", Backspace: "clear" });
const KEY_NAMES = /** @type {Record<string, string>} */ ({ pan: "H", draw: "R", polygon: "P", footprint: "F", lattice: "L", clear: "Del" });

/** @param {KeyboardEvent} event */
export const toolOf = (event) => KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];

/**
 * @param {MapView} view
 * @param {string} stop name of the button that Tab leads to
 * @param {{press(tool: Button): void, focus(name: string): void}} on
 * @returns {Child}
 */
export function toolbar({ tools, mode, lattice }, stop, on) {
  if (tools.length === 0) return null;
  const first = tools.some(({ name }) => name === stop) ? stop : tools[0].name;
  return h("div", { key: "tools", class: "eew-map-tools", role: "toolbar", "aria-label": "Map tools", "aria-orientation": "vertical", onkeydown: (/** @type {KeyboardEvent} */ event) => rove(event, within(event, "button")) },
    tools.map((tool) => {
      const { name, reason } = tool;
      const label = tool.label.replace(/ \([^)]*\)$/, "");
      const key = KEY_NAMES[name];
      return h("button", {
        key: name,
        type: "button",
        "aria-label": label,
        "aria-pressed": name === "lattice" ? String(lattice) : ["pan", "draw", "polygon"].includes(name) ? String(name === mode) : undefined,
        "aria-disabled": reason ? "true" : undefined,
        "aria-description": reason || undefined,
        title: reason ? `${label}: ${reason}` : key ? `${label} (${key})` : label,
        tabindex: name === first ? 0 : -1,
        onclick: () => !reason && on.press(tool),
        onfocus: () => on.focus(name),
      }, icon(tool.icon));
    }));
}

/**
 * @param {(steps: 1 | -1) => void} zoom @returns {Child}
 */
export const zoomBar = (zoom) =>
  h("div", { key: "zoom", class: "eew-map-tools eew-map-zoom", role: "group", "aria-label": "Zoom" },
    h("button", { key: "in", type: "button", "aria-label": "Zoom in", title: "Zoom in (+)", onclick: () => zoom(1) },
      h("svg", { viewBox: "0 0 16 16", class: "eew-icon", "aria-hidden": "true" }, h("path", { d: "M8 3v10M3 8h10" }))),
    h("button", { key: "out", type: "button", "aria-label": "Zoom out", title: "Zoom out (−)", onclick: () => zoom(-1) },
      h("svg", { viewBox: "0 0 16 16", class: "eew-icon", "aria-hidden": "true" }, h("path", { d: "M3 8h10" }))));
