/** Draws a `BandsView`: the table of bands and their pyramiding policies, of which only what is seen is in the page. */
import { classes, focused, h, mount, uid } from "../dom.js";
import { tell } from "../kernel.js";
import { problem } from "../parts.js";
import { stepper } from "../step.js";
import { filterBands } from "./filter.js";
import { gridKeys } from "./keys.js";
import { OVERRIDES_PATH, ROW_PX, count, drawRow } from "./rows.js";
import { selection } from "./selection.js";
import { drawHeading, drawSelection, drawSieves, drawTools, usefulSieves } from "./tools.js";

/** @import { BandsView, Option, ViewProps } from "../views.js" */
/** @import { Piece } from "../dom.js" */
/** @import { RowActions } from "./rows.js" */

const SPARE_ROWS = 10;
const HEAD_PX = 25;
const LEAST_PX = 420;

/** @param {ViewProps<BandsView>} props */
function render({ model, el }) {
  const draw = mount(el);
  const step = stepper(el, update);
  const id = uid();
  const ticks = selection();
  const cursor = { row: 0, column: 0 };
  /** @type {Map<string, string>} policies that were chosen here, until the kernel answers */
  const chosen = new Map();
  /** @type {Map<string, { state: string, piece: Piece }>} rows as they were last drawn */
  let drawn = new Map();
  let range = "";
  let filter = "";
  let bulk = "";
  let wide = false;
  let folded = false;
  /** @type {BandsView} */
  let view = model.get("view");
  let sieves = usefulSieves(view, wide);
  /** @type {number[]} */
  let rows = [];
  el.classList.add("eew-host", "eew-host-head");

  /** @type {(name: string, args?: Record<string, unknown>) => void} */
  const press = (name, args = {}) => tell(model, { event: "action", name, args });
  const actions = {
    /** @type {RowActions["tick"]} */
    tick(band, extend) {
      if (extend) ticks.extend(band, shownIds());
      else ticks.toggle(band);
      update();
    },
    /** @type {RowActions["choose"]} */
    choose(bands, policy) {
      for (const band of bands) chosen.set(band, policy);
      press("policy", { bands, policy });
      update();
    },
    /** @type {RowActions["suggest"]} */
    suggest: (bands) => press("use_suggestions", { bands }),
    /** @param {string} band */
    preview: (band) => press("pyramid", { band }),
    /** @param {string} policy */
    set(policy) {
      bulk = policy;
      update();
    },
    clear() {
      ticks.clear();
      update();
      grid.focus();
    },
  };
  const shownIds = () => rows.map((index) => view.ids[index]);
  const table = () => /** @type {HTMLElement | null} */ (el.querySelector(".eew-bands-table"));
  const search = () => /** @type {HTMLElement | null} */ (el.querySelector(".eew-search-input"));

  function load() {
    view = model.get("view");
    sieves = usefulSieves(view, wide);
    chosen.clear();
    drawn.clear();
    ticks.keep(view.ids);
    sift(filter);
  }

  const columns = () => (wide ? { policy: 6, last: 8 } : { policy: 3, last: 5 });

  /** Gives the table the full width of the form, and folds the grid to its line; or takes that back. */
  function expand() {
    const before = columns();
    wide = !wide;
    if (cursor.column > 2) cursor.column = Math.max(2, cursor.column + columns().last - before.last);
    sieves = usefulSieves(view, wide);
    folded = room(el, wide, folded);
    update();
  }

  /** @param {string} text */
  function sift(text) {
    filter = text;
    rows = filterBands(view, filter);
    cursor.row = Math.max(-1, Math.min(cursor.row, rows.length - 1));
    update();
  }

  function update() {
    const held = table()?.contains(focused(el)) ?? false;
    paint();
    if (range !== rangeText()) paint(); // which rows are seen is known only once they are there
    if (held && !table()?.contains(focused(el))) grid.focus();
  }

  function paint() {
    range = rangeText();
    draw(
      h(
        "section",
        { class: "eew-panel", "aria-label": view.head.title },
        step.draw(view.head),
        h(
          "div",
          { key: "body", class: "eew-body" },
          view.ids.length === 0 ? h("p", { class: "eew-quiet" }, view.empty) : drawBody(),
        ),
      ),
    );
  }

  function drawBody() {
    return [
      drawTools(view, { uid: id, filter, wide }, { sift, press, expand }),
      sieves.length > 0 && drawSieves(sieves, { filter, wide }, sift),
      ticks.size > 0 &&
        drawSelection(
          view,
          ticks.among(view.ids),
          { uid: id, said: selectedText(), policy: bulk, options: choices() },
          actions,
        ),
      view.notes.map((note) => problem(note, press, { key: note.strong, class: "eew-note" })),
      rows.length > 0
        ? drawTable()
        : h(
            "p",
            { key: "none", class: "eew-quiet" },
            `No band matches “${filter.trim()}”. `,
            h(
              "button",
              { type: "button", class: "eew-link", onclick: () => (sift(""), search()?.focus()) },
              "Clear filter",
            ),
          ),
      h(
        "p",
        { key: "foot", class: "eew-bands-foot" },
        h("span", { class: "eew-bands-range" }, range),
        h("span", { class: "eew-unseen", "aria-live": "polite" }, ticks.size > 0 && selectedText()),
        h("span", null, view.foot),
      ),
    ];
  }

  const selectedText = () =>
    `${count(ticks.size, "band")} selected` +
    (filter.trim() && allTicked() ? `, all that match “${filter.trim()}”` : "");
  const allTicked = () => rows.every((index) => ticks.has(view.ids[index]));
  const choices = () => [{ value: "", label: `Default (${view.default})`, note: "", icon: "" }, ...view.policies];

  function drawTable() {
    const [first, last] = grid.window();
    const near = rows.slice(first, last).map((index, offset) => ({ index, position: first + offset }));
    const held = cursor.row >= 0 && (cursor.row < first || cursor.row >= last);
    if (held) near.push({ index: rows[cursor.row], position: cursor.row }); // the row with the focus stays in the page
    const options = choices();
    const before = drawn;
    drawn = new Map();
    return h(
      "div",
      {
        key: "table",
        class: classes("eew-bands-table", wide && "eew-wide"),
        role: "grid",
        "aria-label": "Bands",
        "aria-multiselectable": true,
        "aria-rowcount": rows.length + 1,
        "aria-colcount": columns().last + 1,
        "data-eew-paths": OVERRIDES_PATH,
        "data-lm-suppress-shortcuts": "true",
        onscroll: update,
        onkeydown: grid.key,
      },
      drawHeading(
        {
          shown: rows.length,
          total: view.ids.length,
          some: rows.some((index) => ticks.has(view.ids[index])),
          all: allTicked(),
          tab: cursor.row < 0 ? "0" : "-1",
          wide,
        },
        () => (ticks.toggleAll(shownIds()), update()),
      ),
      h(
        "div",
        { role: "rowgroup", class: "eew-bands-space", style: `height:${rows.length * ROW_PX}px` },
        near.map(({ index, position }) => rowAt(index, position, options, before)),
      ),
    );
  }

  /**
   * A row, drawn anew only where something about it is new.
   * @param {number} index
   * @param {number} position
   * @param {Option[]} options
   * @param {typeof drawn} before
   */
  function rowAt(index, position, options, before) {
    const id = view.ids[index];
    const now = {
      position,
      ticked: ticks.has(id),
      column: position === cursor.row ? cursor.column : -1,
      chosen: chosen.get(id),
      wide,
    };
    const state = JSON.stringify(now);
    const old = before.get(id);
    const piece = old?.state === state ? old.piece : drawRow(view, index, options, now, actions);
    drawn.set(id, { state, piece });
    return piece;
  }

  function rangeText() {
    const [first, last] = grid.visible();
    return last - first < rows.length ? `Rows ${first + 1} to ${last} of ${rows.length.toLocaleString("en")}` : "";
  }

  const grid = gridKeys(
    {
      table,
      cursor,
      update,
      search,
      ticks,
      actions,
      shownIds,
      total: () => rows.length,
      policies: () => view.policies.map(({ value }) => value),
      columns,
    },
    { row: ROW_PX, head: HEAD_PX, least: LEAST_PX, spare: SPARE_ROWS },
  );

  const focusin = (/** @type {Event} */ event) => grid.note(/** @type {Element} */ (event.target));
  const goto = (/** @type {Event} */ event) => {
    const path = /** @type {CustomEvent<string>} */ (event).detail;
    if (!path.startsWith(OVERRIDES_PATH)) return;
    const named = view.ids.indexOf(path.slice(OVERRIDES_PATH.length + 1));
    const index = named < 0 ? Math.max(0, view.written.indexOf(true)) : named;
    event.preventDefault();
    if (!rows.includes(index)) sift("");
    grid.move(rows.indexOf(index), columns().policy);
  };
  el.addEventListener("focusin", focusin);
  el.addEventListener("eew-goto", goto);
  model.on("change:view", load);
  load();
  return () => {
    model.off("change:view", load);
    el.removeEventListener("focusin", focusin);
    el.removeEventListener("eew-goto", goto);
    step.stop();
    if (wide) room(el, false, folded);
    draw();
  };
}

/**
 * Makes room for an expanded table, or takes it back.
 * @param {Element} el
 * @param {boolean} wide
 * @param {boolean} folded whether the grid was folded for it
 * @returns {boolean} whether the grid is folded for it now
 */
function room(el, wide, folded) {
  const frame = el.closest(".eew-frame");
  frame?.toggleAttribute("data-eew-wide-bands", wide);
  const head = /** @type {HTMLElement | null | undefined} */ (frame?.querySelector(".eew-a-grid .eew-toggle"));
  const open = head?.getAttribute("aria-expanded") === "true";
  if (wide ? open : folded && !open) head?.click();
  return wide && open;
}

export default { render };
