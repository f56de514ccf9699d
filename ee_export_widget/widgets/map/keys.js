/** Which keys belong to the map while the focus is in it. */

import { claimKeys, plain } from "../keys.js";
import { toolOf } from "./tools.js";

/** @import { MapView } from "../views.js" */
/** @import { hands } from "./hands.js" */

/**
 * Keys of the map: tools anywhere in it, the crosshair while the map itself has the focus.
 *
 * @param {HTMLElement} host
 * @param {HTMLElement} container
 * @param {ReturnType<typeof hands>} hand
 * @param {() => MapView} view
 * @param {(tool: {name: string}) => void} press
 * @param {AbortSignal} signal
 */
export function mapKeys(host, container, hand, view, press, signal) {
  const drawing = () => view().mode !== "pan" && view().mode !== undefined;
  const busy = () => drawing() || hand.state.drag !== null;
  const leaves = (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && (busy() || Boolean(view().other));
  claimKeys(() => host, (event) => plain(event) || leaves(event), signal);
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const tool = view().tools?.find(({ name }) => name === toolOf(event));
    if (event.key === "Escape" && busy()) {
      if (!hand.escape()) press({ name: "pan" });
    } else if (leaves(event)) {
      press({ name: "hide_from_map" });
    } else if (event.key === "Backspace" && drawing() && hand.back()) {
      // a corner was taken back
    } else if (tool) {
      if (!tool.reason) press(tool);
    } else if (event.target !== container || !drawing() || !hand.drawKey(event)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  host.addEventListener("keydown", pressed, { signal });
}
