/** Our layers in the map: under its tiles, over them, and beside it for the bars; kept in step with it. */

/** @import { Map as LeafletMap } from "leaflet" */
/** @import { Point } from "./geometry.js" */

/** The zoom animation of Leaflet's own style sheet. */
const GLIDE = { duration: 250, easing: "cubic-bezier(0, 0, 0.25, 1)" };

/** Events that Leaflet would take for its own, dragging the map by a handle. */
const OURS = ["pointerdown", "mousedown", "touchstart", "click", "dblclick", "contextmenu"];

/** @param {string} name */
function layer(name) {
  const element = document.createElement("div");
  element.className = name;
  return element;
}

/**
 * @typedef {object} Frame
 * @property {HTMLElement} host the element around map and bars
 * @property {HTMLElement} container Leaflet's own element
 * @property {HTMLElement} under
 * @property {HTMLElement} over
 * @property {HTMLElement} bars
 * @property {number} lift height of the attribution, above which the coordinates stand
 */

/**
 * Puts the layers in place until the signal is given.
 *
 * @param {LeafletMap} map
 * @param {AbortSignal} signal
 * @returns {Frame}
 */
export function frame(map, signal) {
  const container = map.getContainer();
  const host = /** @type {HTMLElement} */ (container.parentElement);
  const [under, over, bars] = ["eew-map-under", "eew-map-over", "eew-map-bars"].map(layer);
  host.classList.add("eew-map-host");
  host.insertBefore(bars, container);
  container.prepend(under);
  container.append(over);
  container.setAttribute("role", "application");
  container.setAttribute(
    "aria-label",
    "Map. Press R to draw the export region: arrows move the crosshair, Enter sets a corner. Tab leads to its handles.",
  );
  for (const type of OURS) over.addEventListener(type, (event) => event.stopPropagation(), { signal });
  signal.addEventListener("abort", () => {
    for (const element of [under, over, bars]) element.remove();
    host.classList.remove("eew-map-host");
    container.removeAttribute("role");
    container.removeAttribute("aria-label");
  });
  wheel(map, host, signal);
  // ipyleaflet tells the kernel about every move of the pointer, and nobody there listens.
  map.off("mousemove");
  return { host, container, under, over, bars, lift: 0 };
}

/**
 * The wheel zooms only while the focus is in the map, so that a page can be scrolled past it.
 *
 * @param {LeafletMap} map @param {HTMLElement} host @param {AbortSignal} signal
 */
function wheel(map, host, signal) {
  map.scrollWheelZoom.disable();
  host.addEventListener("focusin", () => map.scrollWheelZoom.enable(), { signal });
  host.addEventListener(
    "focusout",
    ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && host.contains(relatedTarget))) map.scrollWheelZoom.disable();
    },
    { signal },
  );
}

/**
 * Calls `draw` whenever the map shows something else, and lets what was drawn glide along with a zoom.
 *
 * @param {LeafletMap} map
 * @param {Frame} frame
 * @param {() => void} draw
 * @param {(points: Point[]) => (() => Point[])} pin remembers what lies at points, and says where that is now
 * @param {AbortSignal} signal
 */
export function follow(map, frame, draw, pin, signal) {
  const { container, under, over } = frame;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still) map.options.zoomAnimationThreshold = 0;

  const zooming = () => {
    const { x } = map.getSize();
    const now = pin([[0, 0], [x, 0]]);
    const before = new Map([...marks(under), ...marks(over)].map((mark) => [mark, mark.style.transform]));
    // Leaflet is where the zoom will end as soon as it has told everybody; its tiles catch up.
    queueMicrotask(() => {
      if (signal.aborted) return;
      draw();
      const [[left, top], [right]] = now();
      const scale = x / (right - left);
      const from = `translate(${-left * scale}px, ${-top * scale}px) scale(${scale})`;
      for (const drawing of [...under.querySelectorAll("svg.eew-map-shapes"), ...over.querySelectorAll("svg.eew-map-shapes")]) {
        drawing.animate([{ transform: from }, { transform: "none" }], GLIDE);
      }
      for (const [mark, old] of before) {
        if (mark.isConnected && old) mark.animate([{ transform: old }, { transform: mark.style.transform }], GLIDE);
      }
    });
  };
  const measure = new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    draw();
  });
  const corner = /** @type {HTMLElement} */ (container.querySelector(".leaflet-bottom.leaflet-right"));
  const lift = new ResizeObserver(() => {
    frame.lift = corner.offsetHeight;
    over.style.setProperty("--eew-map-lift", `${frame.lift}px`);
    draw();
  });
  measure.observe(container);
  lift.observe(corner);
  map.on("move zoom viewreset", draw);
  map.on("zoomanim", zooming);
  signal.addEventListener("abort", () => {
    map.off("move zoom viewreset", draw);
    map.off("zoomanim", zooming);
    measure.disconnect();
    lift.disconnect();
  });
}

/** What stands at a place of the map. @param {HTMLElement} layer */
const marks = (layer) => /** @type {HTMLElement[]} */ ([...layer.querySelectorAll(".eew-map-mark")]);
