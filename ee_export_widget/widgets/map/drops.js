/** A file of GeoJSON, or its text, that is dropped on the map. */

/** What is sent is read in the kernel; a message that is longer would be cut by some servers. */
const MOST_BYTES = 8_000_000;

/**
 * @param {HTMLElement} host
 * @param {(file: {text: string} | {bytes: number}) => void} drop is given the text, or how much there was of it
 * @param {AbortSignal} signal
 */
export function drops(host, drop, signal) {
  const over = (/** @type {boolean} */ on) => host.classList.toggle("eew-map-drop", on);
  const welcome = (/** @type {DragEvent} */ { dataTransfer }) =>
    dataTransfer !== null && ["Files", "text/plain"].some((type) => dataTransfer.types.includes(type));
  const hover = (/** @type {DragEvent} */ event) => {
    if (!welcome(event)) return;
    event.preventDefault();
    over(true);
  };
  const take = async (/** @type {DragEvent} */ event) => {
    over(false);
    if (!welcome(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const file = event.dataTransfer?.files[0];
    const text = file ? "" : event.dataTransfer?.getData("text/plain") ?? "";
    const bytes = file?.size ?? new Blob([text]).size;
    if (bytes > MOST_BYTES) drop({ bytes });
    else drop({ text: file ? await file.text() : text });
  };
  host.addEventListener("dragover", hover, { signal });
  host.addEventListener("dragleave", () => over(false), { signal });
  host.addEventListener("drop", (event) => void take(event), { signal });
}
