/** The request as the kernel lays it out. */

import { NAME } from "./form.js";
import { head, option } from "./parts.js";

/** @import * as v from "../../../../ee_export_widget/widgets/views.js" */

/** @param {string[]} wrong paths with a problem @returns {v.Line[]} */
function lines(wrong) {
  /** @type {(depth: number, path: string, ...pieces: string[]) => v.Line} */
  const line = (depth, path, ...pieces) => ({
    depth,
    path,
    message: wrong.includes(path) ? "There is a problem with this." : "",
    fold: path === "expression" ? "closed" : "",
    pieces: pieces.map((text) => [KINDS.find(([, test]) => test.test(text))?.[0] ?? "punct", text.replace(/^~/, "")]),
  });
  const scale = wrong.length ? "1" : "10";
  return [
    line(0, "", "{"),
    line(1, "expression", '"expression"', ": ", "{ … } 63 nodes, 4.1 KB", ","),
    line(1, "description", '"description"', ": ", '~"lc_2024_10m"', ","),
    line(1, "grid", '"grid"', ": ", "{"),
    line(2, "grid.crsCode", '"crsCode"', ": ", '~"EPSG:32632"', ","),
    line(2, "grid.dimensions", '"dimensions"', ": { ", '"width"', ": ", "3412", ", ", '"height"', ": ", "2708", " },"),
    line(2, "grid.affineTransform", '"affineTransform"', ": ", "{"),
    line(
      3,
      "grid.affineTransform",
      '"scaleX"',
      ": ",
      scale,
      ", ",
      '"shearX"',
      ": ",
      "0",
      ", ",
      '"translateX"',
      ": ",
      "503000",
      ",",
    ),
    line(
      3,
      "grid.affineTransform.scaleY",
      '"shearY"',
      ": ",
      "0",
      ", ",
      '"scaleY"',
      ": ",
      `-${scale}`,
      ", ",
      '"translateY"',
      ": ",
      "5290000",
    ),
    line(2, "", "}"),
    line(1, "", "},"),
    line(1, "maxPixels", '"maxPixels"', ": ", '~"100000000"', ","),
    line(1, "requestId", '"requestId"', ": ", wrong.length ? '~"lake constance_2024!"' : '~"lc-2024-10m-7f3a"', ","),
    line(1, "priority", '"priority"', ": ", wrong.length ? "12000" : "100", ","),
    line(1, "assetExportOptions", '"assetExportOptions"', ": ", "{"),
    line(2, "assetExportOptions.earthEngineDestination", '"earthEngineDestination"', ": ", "{"),
    line(3, NAME, '"name"', ": ", '~"projects/lake-constance/assets/exports/lc_2024_10m"'),
    line(2, "", "},"),
    line(2, "assetExportOptions.pyramidingPolicy", '"pyramidingPolicy"', ": ", '~"MEAN"', ","),
    line(2, "assetExportOptions.pyramidingPolicyOverrides", '"pyramidingPolicyOverrides"', ": ", "{"),
    line(3, "assetExportOptions.pyramidingPolicyOverrides.SCL", '"SCL"', ": ", '~"MODE"', ","),
    line(3, "assetExportOptions.pyramidingPolicyOverrides.doy", '"doy"', ": ", '~"SAMPLE"'),
    line(2, "", "}"),
    line(1, "", "}"),
    line(0, "", "}"),
  ];
}

/** @type {[v.Line["pieces"][number][0], RegExp][]} */
const KINDS = [
  ["fold", /^\{ …/],
  ["string", /^~"/],
  ["key", /^"/],
  ["number", /^-?\d/],
];

/** @param {string} tone @param {string} text @param {string[]} [wrong] @returns {v.PreviewView} */
export const request = (tone, text, wrong = []) => ({
  head: head("Request", /** @type {any} */ (tone), text, { opens: "wide", summary: "POST image:export, 1.9 KB" }),
  tabs: [option("json", "JSON"), option("curl"), option("python", "Python"), option("python_ee", "Python ee")],
  tab: "json",
  lines: lines(wrong),
  size: "1.9 KB",
  note: "",
  text: '{"description": "lc_2024_10m"}',
  most_bytes: 10_000_000,
});
