/** Moving about in the band table: which rows are seen, which cell has the focus, what keys do. */

/** @import { RowActions } from "./rows.js" */
/** @import { selection } from "./selection.js" */

/** @type {Record<string, string>} */
const LETTERS = { m: "MEAN", o: "MODE", s: "SAMPLE", i: "MIN", x: "MAX", d: "MEDIAN" };

/** @typedef {{ policy: number, last: number }} Columns numbers of the policy's column and of the last one */

/**
 * @typedef {object} Table
 * @property {() => HTMLElement | null} table
 * @property {{ row: number, column: number }} cursor the cell with the focus; row -1 is the heading
 * @property {() => void} update
 * @property {() => HTMLElement | null} search
 * @property {ReturnType<typeof selection>} ticks
 * @property {RowActions} actions
 * @property {() => string[]} shownIds names of the bands that the filter keeps
 * @property {() => number} total how many these are
 * @property {() => string[]} policies
 * @property {() => Columns} columns
 */

/**
 * @param {Table} bands
 * @param {{ row: number, head: number, least: number, spare: number }} size in px, and rows drawn beyond the edges
 */
export function gridKeys(bands, size) {
  const { cursor } = bands;
  const { total } = bands;
  const height = () => (bands.table()?.clientHeight ?? 0) - size.head;

  /** Rows that are seen at least in half. */
  function visible() {
    const top = (bands.table()?.scrollTop ?? 0) / size.row;
    const first = Math.max(0, Math.round(top));
    return [first, Math.min(total(), Math.max(first + 1, Math.round(top + height() / size.row)))];
  }

  /** Rows that are drawn. */
  function window_() {
    const top = bands.table()?.scrollTop ?? 0;
    const first = Math.max(0, Math.floor(top / size.row) - size.spare);
    return [first, Math.min(total(), Math.ceil((top + Math.max(height(), size.least)) / size.row) + size.spare)];
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  const cell = (row, column) =>
    /** @type {HTMLElement | null} */ (
      bands.table()?.querySelector(`[data-row="${row}"] [data-column="${row < 0 ? 0 : column}"]`) ?? null
    );

  function focus() {
    cell(cursor.row, cursor.column)?.focus({ preventScroll: true });
  }

  /**
   * Moves the focus to a cell, drawing its row if need be. Columns that are not shown are passed over.
   * @param {number} row
   * @param {number} column
   */
  function move(row, column) {
    const scroller = bands.table();
    if (!scroller) return;
    const step = Math.sign(column - cursor.column) || 1;
    cursor.row = Math.max(-1, Math.min(row, total() - 1));
    const top = cursor.row * size.row;
    if (top < scroller.scrollTop) scroller.scrollTop = Math.max(0, top);
    if (top + size.row > scroller.scrollTop + height()) scroller.scrollTop = top + size.row - height();
    bands.update();
    const { last } = bands.columns();
    let at = Math.max(0, Math.min(column, last));
    while (at > 0 && at < last && cell(cursor.row, at)?.offsetParent === null) at += step;
    cursor.column = at;
    bands.update();
    focus();
  }

  /** @returns {Record<string, () => void>} */
  const ways = () => {
    const { row, column } = cursor;
    const page = Math.max(1, Math.floor(height() / size.row) - 1);
    return {
      ArrowUp: () => move(row - 1, column),
      ArrowDown: () => move(row + 1, column),
      ArrowLeft: () => move(row, column - 1),
      ArrowRight: () => move(row, column + 1),
      PageUp: () => move(Math.max(0, row - page), column),
      PageDown: () => move(row + page, column),
      Home: () => move(row, 0),
      End: () => move(row, bands.columns().last),
      "Ctrl+Home": () => move(0, column),
      "Ctrl+End": () => move(total() - 1, column),
      "Ctrl+a": () => (bands.ticks.toggleAll(bands.shownIds()), bands.update()),
      "/": () => bands.search()?.focus(),
      Enter: openPolicies,
      p: preview,
      P: preview,
      " ": () => tick(false),
      "Shift+ ": () => tick(true),
    };
  };

  function preview() {
    if (cursor.row >= 0) bands.actions.preview(bands.shownIds()[cursor.row]);
  }

  function openPolicies() {
    if (cursor.row < 0) return;
    const { policy } = bands.columns();
    move(cursor.row, policy);
    const select = /** @type {HTMLSelectElement | null} */ (cell(cursor.row, policy));
    try {
      select?.showPicker();
    } catch {
      // A browser that cannot open it by script: the select has the focus, and Alt Down opens it.
    }
  }

  /** @param {boolean} extend */
  function tick(extend) {
    if (cursor.row < 0) bands.ticks.toggleAll(bands.shownIds());
    else bands.actions.tick(bands.shownIds()[cursor.row], extend);
    bands.update();
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.altKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const own = target.tagName === "BUTTON" ? ["Enter", " "] : target.tagName === "INPUT" ? [" "] : [];
    const name =
      (event.ctrlKey || event.metaKey ? "Ctrl+" : "") +
      (event.shiftKey && event.key === " " ? "Shift+" : "") +
      event.key;
    if (own.includes(name)) return; // a button and a box know these themselves
    const policy = LETTERS[event.key.toLowerCase()];
    const way = ways()[name];
    if (way) way();
    else if (policy && !event.ctrlKey && !event.metaKey && cursor.row >= 0) {
      if (bands.policies().includes(policy)) bands.actions.choose([bands.shownIds()[cursor.row]], policy);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    focus,
    key,
    move,
    visible,
    window: window_,
    /**
     * Notes where the focus went by the mouse or by Tab.
     * @param {Element} target
     */
    note(target) {
      const row = target.closest("[data-row]")?.getAttribute("data-row");
      const column = target.getAttribute("data-column");
      if (row === null || row === undefined || column === null) return;
      if (Number(row) === cursor.row && Number(column) === cursor.column) return;
      Object.assign(cursor, { row: Number(row), column: Number(column) });
      bands.update();
    },
  };
}
