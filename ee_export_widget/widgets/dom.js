/**
 * Elements from plain descriptions. A view is described anew each time, and `mount` changes only what
 * differs, so that an element keeps its focus, its selection and its scroll position. A description that
 * is handed in again stands for "as before".
 */
import { ICONS } from "./icons.js";

/** @typedef {Record<string, any>} Props */
/** @typedef {{ tag: string, key: string, props: Props, children: Piece[], el?: Element }} Piece */
/** @typedef {Piece | string | number | null | undefined | false | Child[]} Child */

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path"]);
/** What the person changes as well: compared with the element, not with what was last asked for. */
const LIVE = new Set(["value", "checked", "indeterminate"]);

/**
 * Describes an element. `key` tells it from its siblings; names that begin with `on` are handlers.
 * @param {string} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {Piece}
 */
export function h(tag, props, ...children) {
  return { tag, key: String(props?.key ?? ""), props: props ?? {}, children: flat(children) };
}

/**
 * @param {Child[]} children
 * @returns {Piece[]}
 */
function flat(children) {
  return children.flat(9).flatMap((child) => {
    if (child === null || child === undefined || child === false || child === "") return [];
    if (typeof child === "object") return [/** @type {Piece} */ (child)];
    return [{ tag: "#text", key: "", props: { data: String(child) }, children: [] }];
  });
}

/**
 * Shows descriptions inside of an element that nobody else fills.
 * @param {Element} host
 * @returns {(...children: Child[]) => void}
 */
export function mount(host) {
  /** @type {Piece[]} */
  let shown = [];
  return (...children) => {
    const held = focused(host);
    shown = reconcile(host, shown, flat(children));
    if (held && held !== focused(host) && host.contains(held)) held.focus({ preventScroll: true });
  };
}

/**
 * The element inside of `host` that has the focus.
 * @param {Element} host
 */
export function focused(host) {
  const active = /** @type {Document | ShadowRoot} */ (host.getRootNode()).activeElement;
  return active instanceof HTMLElement && host.contains(active) ? active : null;
}

/**
 * @param {Element} host
 * @param {Piece[]} before
 * @param {Piece[]} after
 */
function reconcile(host, before, after) {
  /** @type {Map<string, Piece[]>} */
  const spare = new Map();
  const kind = (/** @type {Piece} */ piece) => `${piece.tag} ${piece.key}`;
  for (const piece of before) {
    const same = spare.get(kind(piece));
    if (same) same.push(piece);
    else spare.set(kind(piece), [piece]);
  }
  const old = after.map((piece) => spare.get(kind(piece))?.shift());
  for (const piece of [...spare.values()].flat()) piece.el?.remove();
  let place = host.firstChild;
  after.forEach((piece, index) => {
    const el = update(host.ownerDocument, piece, old[index]);
    if (el === place) place = el.nextSibling;
    else host.insertBefore(el, place);
  });
  return after;
}

/**
 * @param {Document} page
 * @param {Piece} piece
 * @param {Piece | undefined} old
 */
function update(page, piece, old) {
  if (piece === old && piece.el) return piece.el; // described once, nothing to compare
  const el = /** @type {any} */ (old?.el ?? create(page, piece.tag));
  piece.el = el;
  if (piece.tag === "#text") {
    if (piece.props.data !== old?.props.data) el.data = piece.props.data;
    return el;
  }
  reconcile(el, old?.children ?? [], piece.children); // first, as a select knows its value by its options
  for (const name of Object.keys(old?.props ?? {})) if (!(name in piece.props)) assign(el, name, undefined, true);
  for (const [name, value] of Object.entries(piece.props)) assign(el, name, value, old?.props[name]);
  return el;
}

/**
 * @param {Document} page
 * @param {string} tag
 */
function create(page, tag) {
  if (tag === "#text") return page.createTextNode("");
  return DRAWN.has(tag) ? page.createElementNS(SVG, tag) : page.createElement(tag);
}

/**
 * @param {any} el
 * @param {string} name
 * @param {any} value
 * @param {any} old
 */
function assign(el, name, value, old) {
  if (name === "key") return;
  if (name.startsWith("on")) {
    el[name] = value ? (/** @type {Event} */ event) => void value(event) : null; // an answer of false would cancel
  } else if (LIVE.has(name)) {
    if (value !== undefined && el[name] !== value) el[name] = value;
  } else if (value === old) return;
  else if (value === undefined || value === null || (value === false && !name.startsWith("aria-"))) {
    el.removeAttribute(name);
  } else el.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : String(value));
}

/**
 * An icon, drawn with the colour of the text around it.
 * @param {string} name
 * @param {string} [classes]
 */
export function icon(name, classes = "") {
  const strokes = ICONS[name];
  if (!strokes) return null;
  return h(
    "svg",
    { key: name, class: `eew-icon ${classes}`, viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" },
    strokes.map(([d, style]) => h("path", { d, class: style && `eew-stroke-${style}` })),
  );
}

/** A name for the elements of one view, which labels and descriptions refer to. */
export const uid = () => `eew-${Math.random().toString(36).slice(2, 10)}`;

/**
 * Joins the class names that are not empty.
 * @param {...(string | false | undefined)} names
 */
export const classes = (...names) => names.filter(Boolean).join(" ");

/**
 * Puts text on the clipboard, also where the page was not loaded over a secure address.
 * @param {string} text
 * @param {Element} host
 */
export async function copy(text, host) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    const held = focused(document.documentElement);
    area.value = text;
    area.className = "eew-unseen";
    host.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    held?.focus({ preventScroll: true });
  }
}
