/** Texts on their way to the kernel, and what is too long for it. */

/** @import { Refusal } from "../views.js" */

const MB = 1e6;

/**
 * Says that a text is longer than the connection to the kernel takes at once, which would break it off.
 * @param {number} bytes
 * @param {number} most
 * @returns {Refusal | null}
 */
export function tooLong(bytes, most) {
  if (bytes <= most) return null;
  return {
    strong: `This has ${(bytes / MB).toFixed(1)} MB, and ${(most / MB).toFixed(0)} MB is the most that can be taken here.`,
    text: "The form stays as it is. Earth Engine takes requests of 10.5 MB at most.",
    offset: -1,
    keeps: [],
  };
}

/**
 * Whether something that is dragged over the page holds files.
 * @param {DragEvent} event
 */
export const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/**
 * Hands a text to the person as a file.
 * @param {Element} host
 * @param {string} name
 * @param {string} text
 */
export function saveAs(host, name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.className = "eew-unseen";
  host.append(link);
  link.click();
  link.remove();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
