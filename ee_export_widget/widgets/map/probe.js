/** Whether this page can fetch tiles: asked once, before a layer asks for a hundred. */

/** @import { Map as LeafletMap } from "leaflet" */
/** @import { OverlayModel } from "./overlay.js" */
/** @import { LonLat } from "./leaflet.js" */

/** A base map that takes longer is no help; an image may have to be computed first. */
const BASE_MS = 6000;
const TILES_MS = 20000;

/** A failed request in a page is an error in its console; in a worker it is not. */
const WORKER = `onmessage = async ({ data }) => {
  try {
    await fetch(data.url, { mode: "no-cors", signal: AbortSignal.timeout(data.ms) });
    postMessage(true);
  } catch {
    postMessage(false);
  }
};`;

/**
 * Address of the tile at a place.
 *
 * @param {string} template with `{z}`, `{x}`, `{y}` @param {LonLat} place @param {number} zoom
 */
export function tileUrl(template, [lon, lat], zoom) {
  const z = Math.max(0, Math.min(18, Math.floor(zoom)));
  const count = 2 ** z;
  const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  const x = Math.floor((lon / 360 + 0.5) * count);
  const y = Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * count);
  const values = /** @type {Record<string, string | number>} */ ({ z, x: ((x % count) + count) % count, y, s: "a", r: "" });
  return template.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {string} url @param {number} ms @returns {Promise<boolean>} */
async function answers(url, ms) {
  const code = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
  try {
    const worker = new Worker(code);
    const answer = await new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = () => resolve(true);
      worker.postMessage({ url, ms });
    });
    worker.terminate();
    return answer;
  } catch {
    return true; // A page may forbid workers. The image below then has the only word.
  } finally {
    URL.revokeObjectURL(code);
  }
}

/**
 * Whether a picture can be fetched from an address.
 *
 * @param {string} url @param {number} ms at most
 */
export async function reachable(url, ms) {
  if (!(await answers(new URL(url, document.baseURI).href, ms))) return false;
  return new Promise((resolve) => {
    const picture = new Image();
    const settle = (/** @type {boolean} */ found) => () => {
      clearTimeout(timer);
      resolve(found);
    };
    const timer = setTimeout(settle(false), ms);
    picture.onload = settle(true);
    picture.onerror = settle(false);
    picture.src = url;
  });
}

/**
 * Tells the kernel whether this page reaches the base map and the preview, and draws the preview where it does.
 *
 * The address of the preview comes in a message and goes into the layer here: what a model holds is saved
 * with notebooks, and the address works like a password.
 *
 * @param {OverlayModel} model
 * @param {LeafletMap} map
 * @param {() => {at: LonLat, zoom: number}} where
 * @param {(name: string, args?: Record<string, unknown>) => void} send
 * @param {AbortSignal} signal
 */
export function probes(model, map, where, send, signal) {
  /** Address of the tiles by the one that stands in for it. @type {Map<string, string>} */
  const known = new Map();
  let offered = "";

  const base = async () => {
    const url = model.get("base_url");
    if (!url) return;
    const { at, zoom } = where();
    const found = await reachable(tileUrl(url, at, zoom), BASE_MS);
    if (!signal.aborted && url === model.get("base_url")) send("basemap", { reachable: found });
  };
  const fill = (/** @type {any} */ layer) => {
    const url = known.get(layer._url);
    if (url) layer.setUrl(url);
  };
  const added = (/** @type {any} */ event) => fill(event.layer);
  const heard = async (/** @type {any} */ news) => {
    if (news?.command !== "tiles") return;
    offered = news.url;
    if (!offered) return;
    known.set(news.layer, news.url);
    map.eachLayer(fill);
    const { at, zoom } = where();
    const found = await reachable(tileUrl(news.url, at, zoom), TILES_MS);
    if (signal.aborted || news.url !== offered) return;
    send(found ? "tiles_reachable" : "tiles_unreachable", { url: news.url });
  };
  const ask = () => void base();
  model.on("change:base_url", ask);
  model.on("msg:custom", heard);
  map.on("layeradd", added);
  signal.addEventListener("abort", () => {
    model.off("change:base_url", ask);
    model.off("msg:custom", heard);
    map.off("layeradd", added);
  });
  ask();
  send("tiles_wanted");
}
