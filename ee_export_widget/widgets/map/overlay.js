/** Our own drawing and buttons over an ipyleaflet map: shows a `MapView`, reports what hands do. */

import { mount, uid } from "../dom.js";
import { tell } from "../kernel.js";
import { callCard, foot, groundInLine, isTiny, loupeCard, loupeSize, nearestLoupe, pixelCard, tipCard } from "./cards.js";
import { follow, frame } from "./frame.js";
import { boxAround, grown, overlaps, ringOf } from "./geometry.js";
import { handleBoxes, handleButtons, handlePlaces, labels } from "./handles.js";
import { hands } from "./hands.js";
import { mapKeys } from "./keys.js";
import { drops } from "./drops.js";
import { cornerBox, freeCorner } from "./labels.js";
import { layersMenu } from "./layers.js";
import { latticeShapes } from "./lattice.js";
import { leafletMap, lonLatOf, screenOf, turnTo } from "./leaflet.js";
import { looking } from "./looking.js";
import { memory, pictureFields } from "./picture.js";
import { probes } from "./probe.js";
import { drawsNow, ground, outlines } from "./shapes.js";
import { toolbar, zoomBar } from "./tools.js";

/** @import { Map as LeafletMap } from "leaflet" */
/** @import { Action, Loupe, MapView } from "../views.js" */
/** @import { Box, Point } from "./geometry.js" */
/** @import { LoupeCorner } from "./labels.js" */
/** @import { LonLat } from "./leaflet.js" */
/** @import { Scene } from "./shapes.js" */
/**
 * @typedef {object} OverlayModel
 * @property {((name: "view") => MapView) & ((name: "map" | "base_url") => string) & ((name: "area") => number[]) & ((name: "bands") => string[])} get
 * @property {(event: string, listener: (news?: any) => void) => void} on
 * @property {(event: string, listener: (news?: any) => void) => void} off
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

/** Layers and zoom, with a gap between them. */
const RIGHT_BUTTONS = 3.25;

/** What the words about the ground take of a line. */
const GROUND_PX = 256;

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
    tell(model, { event: "action", name, args });

  let [waiting, stop] = [0, "pan"];
  /** @type {LoupeCorner | null} */
  let loupeAt = null;
  /** @type {Loupe | undefined} */
  let loupe;
  let layersOpen = false;
  const kept = memory();
  const redraw = () => {
    waiting ||= requestAnimationFrame(draw);
  };
  const id = uid();
  const eye = looking(id, send);
  let revision = view().revision;
  const hand = hands({ container: parts.container, view: () => eye.refined(view()), screen, place, send, redraw, signal });

  const press = (/** @type {{name: string}} */ { name }) => {
    hand.reset();
    if (name === "draw" || name === "polygon") {
      parts.container.focus({ preventScroll: true });
      // At once, not when the kernel has answered: the first click may come before that.
      model.set("view", { ...view(), mode: name, call: null });
    }
    send(name);
  };

  function draw() {
    cancelAnimationFrame(waiting);
    waiting = 0;
    const { x, y } = map.getSize();
    if (signal.aborted || !view().tools || x === 0 || y === 0) return;
    /** @type {Scene} */
    const scene = { view: eye.refined(view()), box: { left: 0, top: 0, right: x, bottom: y }, screen, place, ...hand.state };
    parts.bars.style.setProperty("--eew-map-room", `${y - 2 * MARGIN_PX}px`);
    under(ground(scene));
    over(layers(scene));
    bars(
      toolbar(scene.view, stop, { press, focus: (name) => ((stop = name), redraw()) }),
      layersMenu(scene.view.layers ?? [], layersOpen, isTiny(x), {
        open: (open) => ((layersOpen = open), redraw()),
        show: (layer, shown) => send("layer", { layer, shown }),
      }, layersOpen && scene.view.picture && pictureFields(scene.view.picture, model.get("bands"), kept, id, {
        fold: () => ((kept.unfolded = !kept.unfolded), redraw()),
        colour: (colour) => send("picture_colour", { colour }),
        change: (at, entry, value) => send("picture_channel", { at, entry, value }),
        press: send,
      })),
      zoomBar(zoom),
    );
  }

  /** @param {Scene} scene */
  function layers(scene) {
    const { box, view: { loupes, call, mode, tools, lattice } } = scene;
    const net = eye.net(scene.view, screen);
    const idle = mode === "pan" && !scene.drag;
    const centre = /** @type {Point} */ ([box.right / 2, box.bottom / 2]);
    const at = scene.pointer ?? (parts.container.matches(":focus-visible") ? centre : null);
    const seen = lattice && net ? eye.pixel(net, box, idle ? at : null) : null;
    const shown = net && seen?.missing === 0;
    const places = handlePlaces(scene);
    const taken = handleBoxes(places);
    const size = loupeSize(box.right, box.bottom);
    const corners = { ...grown(box, -MARGIN_PX), top: bar(0, RIGHT_BUTTONS).bottom + MARGIN_PX, bottom: box.bottom - FOOT_PX - parts.lift };
    if (scene.view.ground && !groundInLine(box.right)) taken.push({ ...box, top: corners.bottom - FOOT_PX, right: GROUND_PX });
    // Over the loupe the pointer asks for no other one.
    const over = loupeAt && size && scene.pointer && overlaps(cornerBox(loupeAt, size, corners), boxAround(scene.pointer, 1, 1));
    loupe = (over && loupes.find(({ name }) => name === loupe?.name)) || nearestLoupe(loupes, screen, scene.pointer);
    loupeAt = loupe && size && !shown && mode === "pan" && !drawsNow(scene) ? freeCorner(size, corners, taken, loupeAt) : null;
    taken.push(bar(0, tools.length), bar(box.right - BUTTON_PX - 2 * MARGIN_PX, RIGHT_BUTTONS));
    if (loupeAt && size) taken.push(cornerBox(loupeAt, size, corners));
    return [
      shown && latticeShapes(net, box, ringOf(scene.view.footprint).map(screen), seen.pixel),
      outlines(scene, (event) => hand.grab("whole", event)),
      hand.surface(),
      labels(scene, { ...grown(box, -6), bottom: box.bottom - FOOT_PX - parts.lift }, taken, Boolean(shown)),
      handleButtons(places, { grab: hand.grab, key: hand.handleKey, rest: hand.rest }),
      loupe && loupeAt && size && loupeCard(loupe, loupeAt, size, () => loupe && approach(loupe.place)),
      tipCard(scene),
      shown && seen.pixel && pixelCard(scene, seen.pixel, seen.lines, /** @type {Point} */ (at)),
      call && mode === "pan" && callCard(call, press, isTiny(box.right)),
      foot(scene, {
        position: net && at ? eye.position(net, at) : null,
        hint: lattice && seen && seen.missing > 0 ? `Zoom in to level ${map.getZoom() + seen.missing} to see pixels.` : "",
      }),
    ];
  }

  /** @type {number | null} */
  let wanted = null;
  /** Presses that come while the map still moves add up: Leaflet would forget them. @param {1 | -1} steps */
  function zoom(steps) {
    wanted = Math.max(map.getMinZoom(), Math.min(map.getMaxZoom(), (wanted ?? map.getZoom()) + steps));
    map.setZoom(wanted);
  }
  const zoomed = () => {
    if (wanted === null || map.getZoom() === wanted) wanted = null;
    else map.setZoom(wanted);
  };
  map.on("zoomend", zoomed);
  signal.addEventListener("abort", () => map.off("zoomend", zoomed));

  /** Three steps nearer to a place. @param {LonLat} at */
  function approach(at) {
    map.setZoomAround(map.containerPointToLatLng(screen(at)), Math.min(map.getMaxZoom(), map.getZoom() + 3));
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
      if (x > 0) send("view", { id, west, south, east, north, zoom: map.getZoom(), width_px: x, height_px: y });
    }, STILL_MS);
  };
  const changed = () => {
    if (revision !== view().revision) eye.forget();
    revision = view().revision;
    hand.answered();
    draw();
  };
  const heard = (/** @type {any} */ news) => {
    if (eye.hear(news)) redraw();
  };
  /** A map that is hidden, or not laid out yet, has no size to speak of: it is turned once it has one. */
  const turn = () => {
    const { x, y } = map.getSize();
    if (x > 3 * AREA_MARGIN_PX[0] && y > 3 * AREA_MARGIN_PX[1]) turnTo(map, model.get("area"), AREA_MARGIN_PX);
    else map.once("resize", turn);
  };
  model.on("change:area", turn);
  model.on("change:view", changed);
  model.on("msg:custom", heard);
  map.on("moveend resize", moved);
  signal.addEventListener("abort", () => {
    model.off("change:area", turn);
    model.off("change:view", changed);
    model.off("msg:custom", heard);
    eye.stop();
    map.off("moveend resize", moved);
    map.off("resize", turn);
    window.clearTimeout(timer);
    cancelAnimationFrame(waiting);
  });
  probes(model, map, () => ({ at: place([map.getSize().x / 2, map.getSize().y / 2]), zoom: map.getZoom() }), send, signal);
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
