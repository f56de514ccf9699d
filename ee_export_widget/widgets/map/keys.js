/** Which keys belong to the map while the focus is in it. */

import { toolOf } from "./tools.js";

/** @import { MapView } from "../views.js" */
/** @import { hands } from "./hands.js" */

const SUPPRESS = "data-lm-suppress-shortcuts";

/**
 * Keeps JupyterLab from acting on keys that are meant for the map: in its command mode, R would make
 * the cell raw text and an arrow would leave it. JupyterLab hears a key before any element does, so
 * the mark that it looks for is set one step earlier, on what has the focus, and for these keys only.
 *
 * @param {HTMLElement} host
 * @param {(event: KeyboardEvent) => boolean} wants
 * @param {AbortSignal} signal
 */
function claimKeys(host, wants, signal) {
  const mark = (/** @type {KeyboardEvent} */ event) => {
    const { target } = event;
    if (target instanceof Element && host.contains(target)) target.toggleAttribute(SUPPRESS, wants(event));
  };
  window.addEventListener("keydown", mark, { capture: true, signal });
  signal.addEventListener("abort", () => {
    for (const marked of host.querySelectorAll(`[${SUPPRESS}]`)) marked.removeAttribute(SUPPRESS);
  });
}

/**
 * Whether a key is a plain one, and not the way out.
 *
 * @param {KeyboardEvent} event
 */
const plain = ({ key, ctrlKey, metaKey, altKey }) =>
  !ctrlKey && !metaKey && !altKey && key !== "Tab" && key !== "Escape" && !/^F\d/.test(key);

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
  const busy = () => view().mode === "draw" || hand.state.drag !== null;
  claimKeys(host, (event) => plain(event) || (event.key === "Escape" && busy()), signal);
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const tool = view().tools?.find(({ name }) => name === toolOf(event));
    if (event.key === "Escape" && busy()) {
      if (!hand.escape()) press({ name: "pan" });
    } else if (tool) {
      if (!tool.reason) press(tool);
    } else if (event.target !== container || view().mode !== "draw" || !hand.drawKey(event)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  host.addEventListener("keydown", pressed, { signal });
}
