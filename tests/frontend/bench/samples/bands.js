/** The table of bands: nine of an image, or thousands. */

import { head, option } from "./parts.js";

/** @import * as v from "../../../../ee_export_widget/widgets/views.js" */

const POLICIES = [
  option("MEAN", "MEAN", "averages; measurements"),
  option("MODE", "MODE", "majority; classes"),
  option("SAMPLE", "SAMPLE", "upper-left pixel; bitmasks, dates"),
  option("MIN", "MIN", "lowest"),
  option("MAX", "MAX", "highest"),
  option("MEDIAN", "MEDIAN", "middle; ties average"),
];

/** @param {string[]} suggests */
export function bands(suggests) {
  const ids = ["B2", "B3", "B4", "B8", "NDVI", "SCL", "landcover", "QA60", "doy"];
  const wanted = ["", "", "", "", "", "MODE", "MODE", "SAMPLE", "SAMPLE"];
  const open = ids.map((id) => suggests.includes(id));
  /** @type {v.BandsView} */
  const view = {
    head: head(
      "Bands and pyramiding",
      suggests.length ? "warning" : "ok",
      suggests.length ? `${suggests.length} to review` : "complete",
      { summary: "9 bands, MEAN, 4 overrides" },
    ),
    empty:
      "Once an image is loaded, each band shows its type and the policy that keeps its values meaningful when the map zooms out.",
    default: "MEAN",
    policies: POLICIES,
    ids,
    types: ["uint16", "uint16", "uint16", "uint16", "float", "uint8", "uint8", "uint16", "int16"],
    policy: wanted.map((policy, i) => (open[i] ? "MEAN" : policy || "MEAN")),
    written: wanted.map((policy, i) => policy !== "" && !open[i]),
    why: [
      "measured value",
      "measured value",
      "measured value",
      "measured value",
      "measured value",
      "integer class band",
      "integer class band",
      "QA bitmask",
      "acquisition date",
    ],
    suggests: wanted.map((policy, i) => (open[i] ? policy : "")),
    agrees: wanted.map((policy, i) => policy !== "" && !open[i]),
    kinds: ["measured", "measured", "measured", "measured", "measured", "class", "class", "bitmask", "date"],
    previewed: "",
    arrays: ids.map(() => false),
    pixels: ids.map((_, i) => (i === 5 ? "20 m" : i === 7 ? "60 m" : "10 m")),
    values: ["0 to 9,214", "0 to 9,880", "0 to 10,312", "0 to 10,992", "-0.4 to 0.9", "11 distinct, 0 to 11", "8 distinct, 1 to 90", "0, 1024, 2048", ""],
    harms: ids.map((id) => (!suggests.includes(id) ? "" : id === "QA60" ? "averaged bits mean nothing" : "averaged classes mean nothing")),
    notes: suggests.length
      ? [
          {
            kind: "note",
            severity: "warning",
            field: "",
            strong: `${suggests.length} bands look like codes, not measurements, but use MEAN.`,
            text: "Averaged codes are wrong at every zoomed-out level.",
            fixes: [{ name: "use_suggestions", label: `Use ${suggests.length} suggestions`, note: "", does: ["use_suggestions", {}] }],
          },
        ]
      : [],
    foot: "",
    ack: 0,
  };
  return view;
}

/**
 * A table of many bands, twelve for each date.
 * @param {number} count
 * @returns {v.BandsView}
 */
export function manyBands(count) {
  const kinds = ["B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12", "SCL", "QA60"];
  const rows = Array.from({ length: count }, (_, i) => ({
    id: `${kinds[i % 12]}_${String(Math.floor(i / 12)).padStart(4, "0")}`,
    kind: i % 12,
  }));
  return {
    ...bands([]),
    head: head("Bands and pyramiding", "warning", "to review"),
    ids: rows.map(({ id }) => id),
    types: rows.map(({ kind }) => (kind === 10 ? "uint8" : "uint16")),
    policy: rows.map(({ kind }) => (kind === 10 ? "MODE" : "MEAN")),
    written: rows.map(({ kind }) => kind === 10),
    why: rows.map(({ kind }) => (kind === 10 ? "integer class band" : kind === 11 ? "QA bitmask" : "measured value")),
    suggests: rows.map(({ kind }) => (kind === 11 ? "SAMPLE" : "")),
    agrees: rows.map(({ kind }) => kind === 10),
    arrays: rows.map(() => false),
    pixels: rows.map(() => "10 m"),
    values: rows.map(({ kind }) => (kind === 10 ? "11 distinct, 0 to 11" : kind === 11 ? "0, 1024, 2048" : "0 to 9,214")),
    harms: rows.map(({ kind }) => (kind === 11 ? "averaged bits mean nothing" : "")),
    kinds: rows.map(({ kind }) => (kind === 10 ? "class" : kind === 11 ? "bitmask" : "measured")),
    foot: `${Math.floor(count / 12)} overrides will be written, the other bands follow the default MEAN.`,
  };
}
