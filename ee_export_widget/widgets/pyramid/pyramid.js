/** Draws a `PyramidView`: a window of a band, and beside it what each policy makes of it as the map zooms out. */
import { classes, focused, h, icon, mount, uid } from "../dom.js";
import { tell } from "../kernel.js";
import { TONE_ICON, button, problem, rove, within, words } from "../parts.js";

/** @import { LevelPicture, PolicyColumn, PyramidView, ViewProps } from "../views.js" */
/** @import { Press } from "../parts.js" */

const CLOSE = { name: "close", label: "Close preview", icon: "x", primary: false, reason: "", icon_only: true };

/** @param {ViewProps<PyramidView>} props */
function render({ model, el }) {
  const draw = mount(el);
  const id = uid();
  let shown = "";
  el.classList.add("eew-host");

  /** @type {Press} */
  const press = (name, args = {}) => tell(model, { event: "action", name, args });
  const root = () => el.closest(".eew-root");

  function close() {
    const { band } = model.get("view");
    const opener = root()?.querySelector(`[data-eew-preview="${CSS.escape(band)}"]`) ?? root()?.querySelector(".eew-search-input");
    /** @type {HTMLElement | null | undefined} */ (opener)?.focus();
    press("pyramid_close");
  }

  /** @param {string} place */
  function look(place) {
    if (place !== "pick") {
      press("pyramid_window", { number: Number(place) });
      return;
    }
    const map = /** @type {HTMLElement | null | undefined} */ (root()?.querySelector(".eew-map [role=application]"));
    map?.focus({ preventScroll: true });
    map?.scrollIntoView({ block: "nearest" });
    press("pick");
  }

  function update() {
    const view = model.get("view");
    draw(view.band && drawPreview(view, id, { press, look, close }));
    const opened = view.band !== "" && view.band !== shown;
    shown = view.band;
    const here = root();
    if (opened && here instanceof HTMLElement && focused(here)) el.scrollIntoView({ block: "nearest" });
  }

  const keydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || !shown) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  el.addEventListener("keydown", keydown);
  model.on("change:view", update);
  update();
  return () => {
    model.off("change:view", update);
    el.removeEventListener("keydown", keydown);
    draw();
  };
}

/**
 * @param {PyramidView} view
 * @param {string} id
 * @param {{ press: Press, look: (place: string) => void, close: () => void }} on
 */
function drawPreview(view, id, { press, look, close }) {
  return h(
    "section",
    { class: "eew-panel eew-pyramid-body", "aria-labelledby": `${id}-title` },
    h(
      "div",
      { class: "eew-pyramid-head" },
      h(
        "h3",
        { id: `${id}-title`, class: "eew-pyramid-title" },
        icon("pyramid"),
        "Pyramid preview: ",
        h("code", { class: "eew-mono" }, view.band),
      ),
      h("p", { class: "eew-pyramid-text" }, view.text),
      drawWindows(view, look),
      button(CLOSE, close),
    ),
    view.message && problem(view.message, press),
    h(
      "div",
      { class: "eew-pyramid-parts" },
      drawSource(view),
      h(
        "div",
        {
          class: "eew-pyramid-columns",
          role: "radiogroup",
          "aria-label": `Policy for ${view.band}`,
          "data-lm-suppress-shortcuts": "true",
          onkeydown: (/** @type {KeyboardEvent} */ event) => void rove(event, within(event, "[role=radio]")),
        },
        view.columns.map((column) => drawColumn(column, view, id, press)),
      ),
    ),
    view.key &&
      h("p", { class: "eew-pyramid-key" }, h("span", { class: "eew-pyramid-hatched", "aria-hidden": "true" }), view.key),
    h("p", { class: "eew-unseen", role: "status" }, view.said),
  );
}

/**
 * @param {PyramidView} view
 * @param {(place: string) => void} look
 */
function drawWindows({ windows, window }, look) {
  return h(
    "div",
    {
      class: "eew-segments eew-pyramid-windows",
      role: "radiogroup",
      "aria-label": "Preview window",
      "data-lm-suppress-shortcuts": "true",
      onkeydown: (/** @type {KeyboardEvent} */ event) => void rove(event, within(event, "[role=radio]")),
    },
    windows.map(({ value, label, note }) =>
      h(
        "button",
        {
          key: value,
          type: "button",
          role: "radio",
          class: "eew-segment",
          title: note || undefined,
          "aria-checked": value === window,
          tabindex: value === window ? "0" : "-1",
          onclick: () => look(value),
        },
        label,
      ),
    ),
  );
}

/** @param {PyramidView} view */
function drawSource({ source, legend }) {
  return h(
    "div",
    { class: "eew-pyramid-source" },
    h(
      "p",
      { class: "eew-pyramid-caption" },
      h("b", { class: "eew-strong" }, "Source"),
      " ",
      h("span", { class: "eew-muted" }, source.caption),
    ),
    drawPicture(source),
    legend.length > 0 &&
      h(
        "ul",
        { class: "eew-pyramid-legend" },
        legend.map(([colour, label]) =>
          h(
            "li",
            { key: label },
            h("i", { class: "eew-pyramid-swatch", style: `background:${colour}` }),
            h("span", { class: "eew-words" }, label),
          ),
        ),
      ),
  );
}

/** @param {LevelPicture} picture */
const drawPicture = ({ source, label }) =>
  source
    ? h("img", { key: "picture", class: "eew-pyramid-picture", src: source, alt: label, draggable: "false" })
    : h("div", { key: "none", class: "eew-pyramid-picture eew-pyramid-blank" });

/**
 * @param {PolicyColumn} column
 * @param {PyramidView} view
 * @param {string} id
 * @param {Press} press
 */
function drawColumn({ policy, note, checked, pictures, tone, verdict }, { band, path, columns }, id, press) {
  const reached = checked || (!columns.some((other) => other.checked) && policy === columns[0].policy);
  return h(
    "div",
    { key: policy, class: classes("eew-pyramid-column", checked && "eew-chosen") },
    h(
      "button",
      {
        type: "button",
        role: "radio",
        class: "eew-pyramid-choice",
        "aria-checked": checked,
        "aria-describedby": `${id}-${policy}`,
        tabindex: reached ? "0" : "-1",
        "data-eew-writes": path,
        onclick: () => press("policy", { bands: [band], policy }),
      },
      h("span", { class: "eew-pyramid-dot" }),
      h("b", { class: "eew-strong" }, policy),
      " ",
      h("span", { class: "eew-pyramid-note" }, note),
    ),
    pictures.map((picture, at) =>
      h(
        "div",
        { key: String(at), class: "eew-pyramid-level" },
        drawPicture(picture),
        picture.caption && h("span", { class: "eew-pyramid-size", "aria-hidden": "true" }, picture.caption),
      ),
    ),
    h(
      "p",
      { id: `${id}-${policy}`, class: classes("eew-pyramid-verdict", `eew-tone-${tone}`) },
      verdict.length > 0 && icon(VERDICT_ICON[tone] ?? TONE_ICON[tone], "eew-icon-small"),
      h(
        "span",
        { class: "eew-words" },
        verdict.map(([strong, text], line) => [line > 0 && h("br", { key: String(line) }), words(strong, text)]),
      ),
    ),
  );
}

/** @type {Partial<Record<import("../views.js").Tone, string>>} */
const VERDICT_ICON = { ok: "ok" };

export default { render };
