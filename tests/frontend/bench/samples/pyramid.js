/** The pyramid preview of a class band, its pictures drawn as the page would read them from a file. */

/** @import * as v from "../../../../ee_export_widget/widgets/views.js" */

/** @type {[string, string, v.Tone, [string, string][]][]} */
const POLICIES = [
  ["MEAN", "averages codes", "error", [["85 %", "keep the main class"], ["6 %", "invented"]]],
  ["MODE", "majority class", "ok", [["93 %", "keep the main class"]]],
  ["SAMPLE", "upper-left pixel", "info", [["84 %", "keep the main class"]]],
  ["MIN", "lowest code", "info", [["76 %", "keep the main class"]]],
  ["MAX", "highest code", "info", [["71 %", "keep the main class"]]],
  ["MEDIAN", "middle code", "error", [["88 %", "keep the main class"], ["3 %", "invented"]]],
];

/**
 * @param {string} label
 * @param {number} metres
 * @param {number} count pixels a side
 * @returns {v.LevelPicture}
 */
function picture(label, metres, count) {
  const squares = Array.from({ length: count * count }, (_, i) => {
    const colour = ["#4c9a52", "#d9b35c", "#3f7fbf"][(i * 7 + Math.floor(i / count) * 3) % 3];
    return `<rect x="${i % count}" y="${Math.floor(i / count)}" width="1" height="1" fill="${colour}"/>`;
  });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${count} ${count}">${squares.join("")}</svg>`;
  const caption = `${metres} m`;
  return { source: `data:image/svg+xml,${encodeURIComponent(drawing)}`, label: `${label} at ${caption}`, caption };
}

const NONE = { source: "", label: "", caption: "" };

/**
 * @param {string} band
 * @param {{ read?: boolean, message?: v.Message | null }} [state]
 * @returns {v.PyramidView}
 */
export function pyramid(band, { read = true, message = null } = {}) {
  return {
    band,
    path: `assetExportOptions.pyramidingPolicyOverrides.${band}`,
    text: `What each policy shows when the map zooms out.${read ? " Computed from a 960 m window of your image." : ""}`,
    windows: ["Window 1", "Window 2", "Window 3", "Pick on map"].map((label, i) => ({
      value: i === 3 ? "pick" : String(i),
      label,
      note: "",
      icon: "",
    })),
    window: "0",
    message,
    source: read ? picture("Source", 10, 24) : NONE,
    legend: read
      ? [
          ["#4c9a52", "4 vegetation"],
          ["#d9b35c", "5 bare soil"],
          ["#3f7fbf", "6 water"],
        ]
      : [],
    columns: POLICIES.map(([policy, note, tone, verdict]) => ({
      policy,
      note,
      checked: policy === "MODE",
      pictures: read ? [picture(policy, 40, 12), picture(policy, 80, 6), picture(policy, 160, 3)] : [NONE, NONE, NONE],
      tone,
      verdict: read ? verdict : [],
    })),
    key: "Hatched: the pixel shows a class that none of its source pixels had.",
    said: read ? `Pyramid preview of ${band}. MODE: 93 % keep the main class.` : "Reading the preview window…",
  };
}
