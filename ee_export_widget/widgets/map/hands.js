/** From pointer and keys to messages: drawing a rectangle or a polygon, dragging a handle, moving it by keys. */

import { h } from "../dom.js";
import { dragging } from "./dragging.js";
import { ARROWS, addedUp, nudgeOf, twoCorners } from "./gestures.js";
import { newest } from "./newest.js";
import { ringCorners } from "./polygon.js";

/** @import { Child } from "../dom.js" */
/** @import { MapView } from "../views.js" */
/** @import { DragArgs, Handle } from "./dragging.js" */
/** @import { Point } from "./geometry.js" */
/** @import { Nudge } from "./gestures.js" */
/** @import { LonLat } from "./leaflet.js" */
/** @import { Drag } from "./shapes.js" */
/** @typedef {(name: string, args: Record<string, unknown>) => void} Send */

/** A hand that is done waits so long for the kernel; then what the kernel has said last is shown again. */
const PATIENCE_MS = 1500;

/** One press of an arrow moves the crosshair by this; with Shift ten times as far. */
const STEP_PX = 8;

/**
 * @param {object} world
 * @param {HTMLElement} world.container
 * @param {() => MapView} world.view
 * @param {(place: LonLat) => Point} world.screen
 * @param {(point: Point) => LonLat} world.place
 * @param {Send} world.send
 * @param {() => void} world.redraw
 * @param {AbortSignal} world.signal
 */
export function hands({ container, view, screen, place, send, redraw, signal }) {
  const state = {
    /** @type {{a: LonLat, b: LonLat} | null} */
    drawing: null,
    /** @type {LonLat[] | null} corners of the polygon that is drawn, the pointer's place at the end */
    ring: null,
    /** @type {Drag | null} */
    drag: null,
    /** @type {Point | null} */
    pointer: null,
    /** @type {Point | null} */
    crosshair: null,
  };
  let finished = false; // the hand is done, and the kernel has not answered yet
  let timer = 0;

  const settle = () => {
    window.clearTimeout(timer);
    finished = false;
    state.drawing = null;
    state.ring = null;
    state.drag = null;
    redraw();
  };
  /** An answer may fail to come: to a gesture that changes nothing there is none. */
  const finish = () => {
    finished = true;
    timer = window.setTimeout(settle, PATIENCE_MS);
  };

  const draws = newest((/** @type {Record<string, unknown>} */ args) => send("draw", args));
  const rings = newest((/** @type {Record<string, unknown>} */ args) => send("polygon", args));
  const drags = newest((/** @type {DragArgs} */ args) => send("drag", args));
  const nudges = newest((/** @type {Nudge} */ nudge) => send("nudge", { ...nudge }), { merge: addedUp });

  const corners = twoCorners((phase, a, b) => {
    state.drawing = phase === "cancel" ? null : { a, b };
    if (phase === "end") finish();
    if (phase === "move") draws.offer({ phase, a, b });
    else draws.insist({ phase, a, b });
    redraw();
  }, screen);
  const ring = ringCorners((phase, places) => {
    state.ring = phase === "cancel" ? null : places;
    if (phase === "end") finish();
    if (phase === "move") rings.offer({ phase, ring: places });
    else rings.insist({ phase, ring: places });
    redraw();
  }, screen);
  /** Asks for one place only. */
  const needle = {
    corners: null,
    move() {},
    press: (/** @type {LonLat} */ at) => send("pick", { place: at }),
    release() {},
  };
  const pen = () => (view().mode === "pick" ? needle : view().mode === "polygon" ? ring : corners);

  /** @param {PointerEvent} event @returns {Point} */
  const pointOf = (event) => {
    const { left, top } = container.getBoundingClientRect();
    return [event.clientX - left - container.clientLeft, event.clientY - top - container.clientTop];
  };

  container.addEventListener("pointermove", (event) => {
    state.pointer = pointOf(event);
    if (pen().corners) state.crosshair = null;
    pen().move(place(state.pointer));
    redraw();
  }, { signal });
  container.addEventListener("pointerleave", () => {
    state.pointer = null;
    redraw();
  }, { signal });
  signal.addEventListener("abort", () => {
    held.letGo();
    window.clearTimeout(timer);
    for (const pending of [draws, rings, drags, nudges]) pending.stop();
  });

  /** @param {PointerEvent} event */
  const press = (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    container.focus({ preventScroll: true });
    state.crosshair = null;
    state.pointer = pointOf(event);
    if (finished) return;
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    pen().press(place(state.pointer));
  };

  const held = dragging({ container, view, screen, place, pointOf, redraw }, state, {
    say: (args) => (args.phase === "move" ? drags.offer(args) : drags.insist(args)),
    finish,
    settle,
  });

  /** Moves the crosshair of someone who draws by keys. @param {[number, number]} arrow @param {boolean} far */
  const aim = ([dx, dy], far) => {
    const [width, height] = [container.clientWidth, container.clientHeight];
    const [x, y] = state.crosshair ?? state.pointer ?? [width / 2, height / 2];
    const step = far ? 10 * STEP_PX : STEP_PX;
    state.crosshair = [
      Math.max(0, Math.min(width, x + dx * step)),
      Math.max(0, Math.min(height, y + dy * step)),
    ];
    pen().move(place(state.crosshair));
    redraw();
  };

  return {
    state,
    grab: held.grab,
    /** The kernel has said something new. */
    answered() {
      const { mode } = view();
      if (mode !== "draw") corners.cancel();
      if (mode !== "polygon") ring.cancel();
      if (mode === "pan") state.crosshair = null;
      if (finished && !((state.drawing || state.ring) && mode !== "pan")) settle();
    },
    /** Gives up what is under way; true where there was something. */
    escape() {
      if (state.drag && !finished) {
        held.letGo();
        return true;
      }
      return corners.cancel() || ring.cancel();
    },
    /** Another tool was chosen. */
    reset() {
      corners.cancel();
      ring.cancel();
      settle();
    },
    /** Takes the last corner of a polygon back; false where there is none. */
    back: () => ring.back(),
    /** A key while the map itself has the focus and something is drawn. @param {KeyboardEvent} event */
    drawKey({ key, shiftKey }) {
      if (ARROWS[key]) {
        aim(ARROWS[key], shiftKey);
        return true;
      }
      if (key !== "Enter" && key !== " ") return false;
      aim([0, 0], false);
      const at = place(/** @type {Point} */ (state.crosshair));
      if (!finished) {
        pen().press(at);
        pen().release(at);
      }
      return true;
    },
    /** A key while a handle has the focus. @param {Handle} handle @param {KeyboardEvent} event */
    handleKey(handle, event) {
      const nudge = event.ctrlKey || event.metaKey || event.altKey ? null : nudgeOf(handle, event.key, event.shiftKey);
      if (!nudge) return;
      event.preventDefault();
      event.stopPropagation();
      if (nudge.columns !== 0 || nudge.rows !== 0) nudges.offer(nudge);
    },
    /** A handle loses the focus: what it was told goes out before anything else. */
    rest: () => nudges.flush(),
    /** What catches the pointer while something is drawn. @returns {Child} */
    surface() {
      if (view().mode === "pan") return null;
      return [
        h("div", {
          key: "surface",
          class: "eew-map-surface",
          onpointerdown: press,
          onpointerup: (/** @type {PointerEvent} */ event) => pen().release(place(pointOf(event))),
          onpointercancel: () => corners.cancel(),
        }),
        state.drawing && mark("corner", "eew-map-corner", screen(state.drawing.a)),
        pen().corners && state.ring?.map((corner, i) => mark(`corner ${i}`, "eew-map-corner", screen(corner))),
        state.crosshair && mark("cross", "eew-map-cross", state.crosshair),
      ];
    },
  };
}

/** @param {string} key @param {string} name @param {Point} at */
const mark = (key, name, [x, y]) => h("span", { key, class: `${name} eew-map-mark`, style: `transform:translate(${x.toFixed(1)}px,${y.toFixed(1)}px)` });
