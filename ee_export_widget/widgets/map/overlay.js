/** Our own drawing and buttons over an ipyleaflet map: shows a `MapView`, reports what hands do. */

import { mount } from "../dom.js";
import { callCard, foot, groundInLine, loupeCard, loupeSize, tipCard } from "./cards.js";
import { follow, frame } from "./frame.js";
import { grown } from "./geometry.js";
import { handleBoxes, handleButtons, handlePlaces, labels } from "./handles.js";
import { hands } from "./hands.js";
import { mapKeys } from "./keys.js";
import { drops } from "./drops.js";
import { cornerBox, freeCorner } from "./labels.js";
import { leafletMap, lonLatOf, screenOf, turnTo } from "./leaflet.js";
import { probes } from "./probe.js";
import { ground, outlines } from "./shapes.js";
import { toolbar, zoomBar } from "./tools.js";

/** @import { Map as LeafletMap } from "leaflet" */
/** @import { Action, MapView } from "../views.js" */
/** @import { Box, Point } from "./geometry.js" */
/** @import { LoupeCorner } from "./labels.js" */
/** @import { LonLat } from "./leaflet.js" */
/** @import { Scene } from "./shapes.js" */
/**
 * @typedef {object} OverlayModel
 * @property {((name: "view") => MapView) & ((name: "map" | "base_url" | "tiles_url") => string) & ((name: "area") => number[])} get
 * @property {(event: string, listener: () => void) => void} on
 * @property {(event: string, listener: () => void) => void} off
 * @property {(content: Action) => void} send
 * @property {(name: "view", view: MapView) => void} set
 * @property {{get_model(id: string): Promise<unknown>}} widget_manager
 */

/** The kernel hears where the map is once it has stood still for so long. */
const STILL_MS = 200;

/** Room of the bars at the top, each button 28 px, and of the line at the foot. */
const MARGIN_PX = 8;
const BUTTON_PX = 29;
const FOOT_PX = 26;

/** Room around an area that is to be seen: that of the bars at the sides. @type {Point} */
const AREA_MARGIN_PX = [44, 20];

/**
 * Draws over one map until the signal is given.
 *
 * @param {OverlayModel} model
 * @param {LeafletMap} map
 * @param {AbortSignal} signal
 */
function overlay(model, map, signal) {
  const parts = frame(map, signal);
  const [under, over, bars] = [mount(parts.under), mount(parts.over), mount(parts.bars)];
  const view = () => model.get("view");
  const screen = (/** @type {LonLat} */ place) => screenOf(map, place);
  const place = (/** @type {Point} */ point) => lonLatOf(map, point);
  const send = (/** @type {string} */ name, /** @type {Record<string, unknown>} */ args = {}) =>
    model.send({ event: "action", name, args });

  let [waiting, stop] = [0, "pan"];
  /** @type {LoupeCorner | null} */
  let loupeAt = null;
  const redraw = () => {
    waiting ||= requestAnimationFrame(draw);
  };
  const hand = hands({ container: parts.container, view, screen, place, send, redraw, signal });

  const press = (/** @type {{name: string}} */ { name }) => {
    hand.reset();
    if (name === "draw") {
      parts.container.focus({ preventScroll: true });
      // At once, not when the kernel has answered: the first click may come before that.
      model.set("view", { ...view(), mode: "draw", call: null });
    }
    send(name);
  };

  function draw() {
    cancelAnimationFrame(waiting);
    waiting = 0;
    const { x, y } = map.getSize();
    if (signal.aborted || !view().tools || x === 0 || y === 0) return;
    /** @type {Scene} */
    const scene = { view: view(), box: { left: 0, top: 0, right: x, bottom: y }, screen, place, ...hand.state };
    under(ground(scene));
    over(layers(scene));
    bars(
      toolbar(scene.view, stop, { press, focus: (name) => ((stop = name), redraw()) }),
      zoomBar((steps) => map.setZoom(map.getZoom() + steps)),
    );
  }

  /** @param {Scene} scene */
  function layers(scene) {
    const { box, view: { loupe, call, mode, tools } } = scene;
    const places = handlePlaces(scene);
    const taken = handleBoxes(places);
    const size = loupeSize(box.right, box.bottom);
    const corners = { ...grown(box, -MARGIN_PX), top: 2 * (MARGIN_PX + BUTTON_PX), bottom: box.bottom - FOOT_PX - parts.lift };
    if (scene.view.ground && !groundInLine(box.right)) taken.push({ ...box, top: corners.bottom - FOOT_PX, right: box.right * 0.7 });
    loupeAt = loupe && size && mode === "pan" && !scene.drawing ? freeCorner(size, corners, taken, loupeAt) : null;
    taken.push(bar(0, tools.length), bar(box.right - BUTTON_PX - 2 * MARGIN_PX, 2));
    if (loupeAt && size) taken.push(cornerBox(loupeAt, size, corners));
    return [
      outlines(scene, (event) => hand.grab("whole", event)),
      hand.surface(),
      labels(scene, { ...grown(box, -6), bottom: box.bottom - FOOT_PX - parts.lift }, taken),
      handleButtons(places, { grab: hand.grab, key: hand.handleKey, rest: hand.rest }),
      loupe && loupeAt && size && loupeCard(loupe, loupeAt, size, () => approach(loupe.corner)),
      tipCard(scene),
      call && mode === "pan" && callCard(call, press),
      foot(scene),
    ];
  }

  /** Three steps nearer to a corner of the grid. @param {string} corner */
  function approach(corner) {
    const at = view().handles[2 * ["NW", "NE", "SE", "SW"].indexOf(corner)];
    if (at) map.setZoomAround(map.containerPointToLatLng(screen(at)), Math.min(map.getMaxZoom(), map.getZoom() + 3));
  }

  drops(parts.host, (file) => send("drop", file), signal);
  mapKeys(parts.host, parts.container, hand, view, press, signal);
  follow(map, parts, draw, (points) => {
    const pinned = points.map(place);
    return () => pinned.map(screen);
  }, signal);

  let timer = 0;
  const moved = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const { x, y } = map.getSize();
      const [[west, north], [east, south]] = [place([0, 0]), place([x, y])];
      if (x > 0) send("view", { west, south, east, north, zoom: map.getZoom(), width_px: x, height_px: y });
    }, STILL_MS);
  };
  const changed = () => {
    hand.answered();
    draw();
  };
  /** A map that is hidden, or not laid out yet, has no size to speak of: it is turned once it has one. */
  const turn = () => {
    const { x, y } = map.getSize();
    if (x > 3 * AREA_MARGIN_PX[0] && y > 3 * AREA_MARGIN_PX[1]) turnTo(map, model.get("area"), AREA_MARGIN_PX);
    else map.once("resize", turn);
  };
  model.on("change:area", turn);
  model.on("change:view", changed);
  map.on("moveend resize", moved);
  signal.addEventListener("abort", () => {
    model.off("change:area", turn);
    model.off("change:view", changed);
    map.off("moveend resize", moved);
    map.off("resize", turn);
    window.clearTimeout(timer);
    cancelAnimationFrame(waiting);
  });
  probes(model, () => ({ at: place([map.getSize().x / 2, map.getSize().y / 2]), zoom: map.getZoom() }), send, signal);
  turn();
  moved();
  draw();
}

/** @param {number} left @param {number} count @returns {Box} */
const bar = (left, count) => ({
  left, top: 0, right: left + BUTTON_PX + 2 * MARGIN_PX, bottom: 2 * MARGIN_PX + count * BUTTON_PX,
});

/** @param {{model: OverlayModel, el: HTMLElement}} props */
function render({ model, el }) {
  const stop = new AbortController();
  el.classList.add("eew-map-anchor");
  void leafletMap(model, model.get("map"), el, stop.signal).then((map) => {
    if (!map || stop.signal.aborted) return;
    map.on("unload", () => stop.abort());
    overlay(model, map, stop.signal);
  });
  return () => stop.abort();
}

export default { render };
