/** A handle, or the whole region, under the pointer. */

import { distance } from "./geometry.js";

/** @import { MapView } from "../views.js" */
/** @import { Point } from "./geometry.js" */
/** @import { Phase } from "./gestures.js" */
/** @import { LonLat } from "./leaflet.js" */
/** @import { Drag } from "./shapes.js" */
/** @typedef {number | "whole"} Handle */
/** @typedef {{phase: Phase, handle: Handle, lon: number, lat: number}} DragArgs */

/** A press on a handle that stays within this is a click, which gives it the focus and no more. */
const STILL_PX = 2;

/**
 * @param {object} world
 * @param {HTMLElement} world.container
 * @param {() => MapView} world.view
 * @param {(place: LonLat) => Point} world.screen
 * @param {(point: Point) => LonLat} world.place
 * @param {(event: PointerEvent) => Point} world.pointOf
 * @param {() => void} world.redraw
 * @param {{drag: Drag | null}} state
 * @param {{say(args: DragArgs): void, finish(): void, settle(): void}} on
 */
export function dragging({ container, view, screen, place, pointOf, redraw }, state, { say, finish, settle }) {
  let letGo = () => {};

  /** @param {Handle} handle @param {PointerEvent} event */
  const grab = (handle, event) => {
    const { handles } = view();
    if (event.button !== 0 || !event.isPrimary || handles.length !== 8) return;
    event.preventDefault();
    letGo();
    settle();
    const target = /** @type {HTMLElement | SVGElement} */ (event.currentTarget);
    target.setPointerCapture(event.pointerId);
    (target instanceof HTMLElement ? target : container).focus({ preventScroll: true });
    const start = pointOf(event);
    // The handle does not jump to the pointer: what counts is how far it is moved.
    const anchor = handle === "whole" ? start : screen(handles[handle]);
    const from = handle === "whole" ? place(start) : handles[handle];
    const listening = new AbortController();
    const options = { signal: listening.signal };

    const tell = (/** @type {Phase} */ phase, /** @type {LonLat} */ [lon, lat]) => say({ phase, handle, lon, lat });
    const move = (/** @type {PointerEvent} */ moved) => {
      const now = pointOf(moved);
      if (!state.drag) {
        if (distance(now, start) < STILL_PX) return;
        state.drag = { handle, handles, from, to: from };
        tell("start", from);
      }
      state.drag.to = place([anchor[0] + now[0] - start[0], anchor[1] + now[1] - start[1]]);
      tell("move", state.drag.to);
      redraw();
    };
    const end = (/** @type {"end" | "cancel"} */ phase) => {
      listening.abort();
      letGo = () => {};
      if (!state.drag) return;
      tell(phase, phase === "end" ? state.drag.to : from);
      if (phase === "end") finish();
      else settle();
    };
    letGo = () => end("cancel");
    target.addEventListener("pointermove", /** @type {EventListener} */ (move), options);
    target.addEventListener("pointerup", () => end("end"), options);
    target.addEventListener("pointercancel", () => end("cancel"), options);
  };

  return {
    grab,
    /** Gives up the drag that is under way. */
    letGo: () => letGo(),
  };
}
