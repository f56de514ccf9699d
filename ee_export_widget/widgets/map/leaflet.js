/** The Leaflet map that ipyleaflet has made, and the only two functions that know its (lat, lon) order. */

/** @import { Map as LeafletMap } from "leaflet" */
/** @import { Point } from "./geometry.js" */
/** @typedef {[number, number]} LonLat degrees; longitudes go on beyond 180, as far as the map has been turned */
/** @typedef {{obj?: LeafletMap, el: HTMLElement}} MapWidgetView */
/** @typedef {{views?: Record<string, Promise<MapWidgetView>>}} MapWidgetModel */

/** Time after which the nearest map is taken, though it lies outside of the form. */
const PATIENCE_MS = 3000;

const LOOK_EVERY_MS = 40;

/**
 * Where a place is on the screen, from the corner of the map. Leaflet's own function rounds to whole
 * pixels of the screen, and one of those may be a hundred pixels of the grid.
 *
 * @param {LeafletMap} map @param {LonLat} place @returns {Point}
 */
export function screenOf(map, [lon, lat]) {
  const at = map.project([lat, lon]);
  const [origin, pane] = [map.getPixelOrigin(), map.layerPointToContainerPoint([0, 0])];
  return [at.x - origin.x + pane.x, at.y - origin.y + pane.y];
}

/**
 * Which place is at a point of the screen.
 *
 * @param {LeafletMap} map @param {Point} point @returns {LonLat}
 */
export function lonLatOf(map, point) {
  const { lat, lng } = map.containerPointToLatLng(point);
  return [lng, lat];
}

/**
 * Turns the map so that it shows all of an area, as large as whole zoom levels allow: between them tiles
 * are scaled, and thin lines show where they meet.
 *
 * @param {LeafletMap} map
 * @param {number[]} area west, south, east, north in degrees
 * @param {Point} margin room to the left and right, above and below, in pixels
 */
export function turnTo(map, [west, south, east, north], margin) {
  if (north === undefined) return;
  map.fitBounds([[south, west], [north, east]], { animate: false, padding: margin });
}

/** How many ancestors two elements share. @param {Element} a @param {Element} b */
function kinship(a, b) {
  let depth = 0;
  for (let node = a.parentElement; node; node = node.parentElement) if (node.contains(b)) depth += 1;
  return depth;
}

/**
 * The map that belongs to this view of the overlay: one model may be shown several times. It is the
 * one in the same form, else the one that is nearest in the page.
 *
 * @param {{widget_manager: {get_model(id: string): Promise<unknown>}}} model
 * @param {string} reference
 * @param {HTMLElement} el
 * @param {AbortSignal} signal
 * @returns {Promise<LeafletMap | null>} null when the view was closed before there was a map
 */
export async function leafletMap(model, reference, el, signal) {
  const widget = /** @type {MapWidgetModel} */ (
    await model.widget_manager.get_model(reference.replace(/^IPY_MODEL_/, ""))
  );
  const since = performance.now();
  while (!signal.aborted) {
    // A turn of the event loop first: ipyleaflet sets `obj` a moment before it has finished with the map.
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const views = await Promise.all(Object.values(widget.views ?? {}));
    const form = el.closest(".eew-root");
    const patient = form && performance.now() - since < PATIENCE_MS;
    const ready = views.filter((view) => view.obj && view.el.isConnected && (!patient || form.contains(view.el)));
    if (el.isConnected && ready.length > 0) {
      return ready.reduce((best, view) => (kinship(el, view.el) > kinship(el, best.el) ? view : best)).obj ?? null;
    }
  }
  return null;
}
