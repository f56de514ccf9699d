/** Headings that open and close a step, and the way to a field by its JSON path. */
import { classes, focused, h, icon } from "./dom.js";

/** @import { Head, Mark } from "./views.js" */

const WIDE_PX = 760;
/** @type {Record<Mark["tone"], string>} */
const MARK_ICON = { ok: "check", todo: "todo", warning: "warn", error: "fail", plain: "", muted: "" };

/**
 * The heading of the step that `el` stands in. The step is the nearest `.eew-step`, so that what stock
 * widgets put beside this panel opens and closes with it; without one, the panel stands for itself.
 * @param {HTMLElement} el
 * @param {() => void} redraw
 */
export function stepper(el, redraw) {
  /** @type {boolean | null} */
  let chosen = null;
  let forced = false;
  let wide = false;
  let shown = true;

  const watch = new ResizeObserver(() => {
    const now = /** @type {HTMLElement} */ (el.closest(".eew-root") ?? el).clientWidth >= WIDE_PX;
    const step = el.closest(".eew-step");
    if (now === wide && step?.hasAttribute("data-open")) return;
    wide = now;
    redraw();
  });
  watch.observe(el);

  /** @param {boolean} open */
  function place(open) {
    if (!el.isConnected) return;
    /** @type {HTMLElement} */ (el.closest(".eew-step") ?? el).dataset.open = String(open);
    if (open && !shown) window.dispatchEvent(new Event("resize")); // a map was hidden and must measure itself
    shown = open;
  }

  return {
    /**
     * @param {Head} head
     * @param {{ mark?: "quiet" | "words" | "live" }} [look] how much of an `ok` mark is shown
     */
    draw(head, { mark = "quiet" } = {}) {
      if (head.forced && !forced) chosen = true;
      forced = head.forced;
      const open = chosen ?? (head.opens === "always" || (head.opens === "wide" && wide));
      place(open);
      const toggle = () => {
        chosen = !open;
        redraw();
      };
      return h(
        "h3",
        { key: "head", class: "eew-head" },
        h(
          "button",
          { type: "button", class: "eew-toggle", "aria-expanded": open, onclick: toggle },
          icon("chev", "eew-icon-small eew-chevron"),
          h("span", { class: "eew-cut" }, head.title),
        ),
        h("span", { class: "eew-summary", title: open ? undefined : head.summary }, open ? "" : head.summary),
        drawMark(head.mark, mark),
      );
    },
    stop: () => watch.disconnect(),
  };
}

/**
 * @param {Mark} mark
 * @param {"quiet" | "words" | "live"} look
 */
function drawMark({ tone, text }, look) {
  const live = look === "live" && tone === "ok";
  return h(
    "span",
    { class: classes("eew-mark", `eew-tone-${tone}`) },
    live ? h("span", { class: "eew-live-dot" }) : icon(MARK_ICON[tone], "eew-icon-small"),
    text && h("span", { class: tone === "ok" && look === "quiet" ? "eew-unseen" : undefined }, text),
  );
}

/**
 * Moves the focus to what edits a JSON path, opening its step first. Where nothing edits exactly that
 * path, the nearest part of the request around or inside of it is taken.
 *
 * A panel that draws only a part of its rows answers the event `eew-goto` itself.
 * @param {Element} from
 * @param {string} path
 * @returns {boolean} whether there was such a place
 */
export function focusPath(from, path) {
  const root = from.closest(".eew-root");
  const target = root && find(root, path);
  if (!target) return false;
  const step = target.closest(".eew-step");
  if (step?.getAttribute("data-open") === "false") {
    /** @type {HTMLElement | null} */ (step.querySelector(".eew-toggle"))?.click();
  }
  const goto = new CustomEvent("eew-goto", { bubbles: true, cancelable: true, detail: path });
  if (!target.dispatchEvent(goto)) return true;
  const inner = target.matches("input, select, button, [tabindex]")
    ? target
    : target.querySelector("input, select, button:not([tabindex='-1']), [tabindex='0']");
  /** @type {HTMLElement | null} */ (inner)?.focus();
  target.scrollIntoView({ block: "nearest" });
  return focused(target) !== null || inner === focused(root);
}

/**
 * @param {Element} root
 * @param {string} path
 */
function find(root, path) {
  const places = [...root.querySelectorAll("[data-eew-paths]")];
  const of = (/** @type {Element} */ el) => (el.getAttribute("data-eew-paths") ?? "").split(" ");
  for (let at = path; at; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const found =
      places.find((el) => of(el).includes(at)) ?? places.find((el) => of(el).some((own) => own.startsWith(`${at}.`)));
    if (found) return found;
  }
  return undefined;
}
