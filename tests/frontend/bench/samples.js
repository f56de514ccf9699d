/** Views as the kernel would send them, one set for each state of the widget. */

import { bands, manyBands } from "./samples/bands.js";
import { advanced, bar, connected, decide, destination, GRID_LINKS, gridFields, NAME, submitted, taken } from "./samples/form.js";
import { operation, operations } from "./samples/operations.js";
import { button, error, fact, field, form, head, option, status } from "./samples/parts.js";
import { request } from "./samples/request.js";
import { pyramid } from "./samples/pyramid.js";

/** @import * as v from "../../../ee_export_widget/widgets/views.js" */

/**
 * @typedef {object} Panels
 * @property {v.FormView} bar
 * @property {v.FormView} strip
 * @property {v.FormView} image
 * @property {v.FormView} gridHead
 * @property {v.FormView} grid
 * @property {v.BandsView} bands
 * @property {v.FormView} destination
 * @property {v.FormView} advanced
 * @property {v.PyramidView} pyramid
 * @property {v.FormView} act
 * @property {v.PreviewView} request
 * @property {v.OperationsView} operations
 */

/** @type {Panels} */
const ready = {
  bar: bar(connected),
  strip: form("Notices", []),
  image: form(
    "Image",
    [
      {
        kind: "row",
        layout: "image",
        items: [
          field("image", "Image to export", "lc_2024", {
            control: "select",
            options: [option("lc_2024", "lc_2024 (ee.Image from the notebook)")],
          }),
          {
            kind: "pairs",
            pairs: [
              ["Bands", "9"],
              ["Source pixel", "10 m"],
              ["Source CRS", "EPSG:32632"],
              ["Expression", "63 nodes"],
            ],
          },
        ],
      },
    ],
    head("Image", "ok", "complete", { opens: "wide", summary: "lc_2024, 9 bands, 10 m" }),
  ),
  gridHead: form("Grid", [], head("Grid", "ok", "complete", { summary: "3,412 × 2,708 px, 10 m, EPSG:32632" })),
  grid: form("Grid", [
    {
      kind: "facts",
      label: "Grid facts",
      tone: "ok",
      strong: "On the source grid.",
      text: "Offset 302 columns, 1004 rows.",
      muted: "Edges moved outward to whole pixels: W 4 m, N 7 m, E 2 m, S 6 m.",
      fixes: [],
      facts: [
        fact("Size", "3,412 × 2,708", "px"),
        fact("Pixels", "9.24 M", "of 100 M", { meter: 0.092, exact: "9,239,696 pixels" }),
        fact("Pixel (GSD)", "10", "m"),
        fact("Data", "166 MB", "raw"),
      ],
    },
    gridFields(false),
    GRID_LINKS,
  ]),
  bands: bands([]),
  destination: destination(),
  advanced: advanced(false),
  pyramid: pyramid(""),
  act: form("Check and submit", [
    status("ok", "Ready", { pieces: ["9 bands", "9.24 M px", "166 MB raw"] }),
    status("ok", "Preflight passed", { part: "preflight", pieces: ["1 min ago", "9 of 9 bands, 16 × 16 px, 1.3 s"] }),
    decide(""),
  ]),
  request: request("ok", "valid"),
  operations: operations([]),
};

/** @type {Record<string, Panels>} */
export const STATES = {
  ready,
  pyramid: { ...ready, bands: { ...bands([]), previewed: "SCL" }, pyramid: pyramid("SCL") },
  "pyramid reading": { ...ready, bands: { ...bands([]), previewed: "SCL" }, pyramid: pyramid("SCL", { read: false }) },
  "pyramid failed": {
    ...ready,
    pyramid: pyramid("SCL", {
      read: false,
      message: {
        severity: "warning",
        field: "",
        strong: "Could not read the preview window:",
        text: "User memory limit exceeded.",
        fixes: [{ name: "pyramid_again", label: "Try again", note: "", does: ["pyramid_again", {}] }],
      },
    }),
  },
  drive: { ...ready, destination: destination("drive") },
  errors: {
    ...ready,
    gridHead: form("Grid", [], head("Grid", "error", "2 problems")),
    grid: form("Grid", [
      {
        kind: "facts",
        label: "Grid facts",
        tone: "warning",
        strong: "Not on the source grid.",
        text: "Every value is resampled (nearest neighbour).",
        muted: "",
        fixes: [{ name: "snap", label: "Snap to source grid", note: "" }],
        facts: [
          fact("Size", "36,125 × 29,615", "px"),
          fact("Pixels", "1.07 G", "of 100 M", { meter: 10.7, tone: "error" }),
          fact("Pixel (GSD)", "1", "m"),
          fact("Data", "19.3 GB", "raw"),
        ],
      },
      gridFields(true),
    ]),
    bands: bands(["SCL", "landcover", "QA60"]),
    destination: destination("asset", {
      hint: "",
      messages: [
        error(NAME, "An image with this name exists already", "(9 bands, changed 3 March 2025).", [
          "Use lc_2024_10m_v2",
        ]),
      ],
    }),
    advanced: advanced(true),
    act: form("Check and submit", [
      status("error", "5 problems to fix", {
        links: [
          ["CRS", "grid.crsCode"],
          ["Pixel size", "grid.affineTransform.scaleX"],
          ["Asset name", NAME],
          ["Request ID", "requestId"],
          ["Priority", "priority"],
        ],
      }),
      decide("Fix the 5 problems first."),
    ]),
    request: request("error", "5 problems", [
      "grid.crsCode",
      "grid.affineTransform",
      "maxPixels",
      "requestId",
      "priority",
      NAME,
    ]),
  },
  confirm: {
    ...ready,
    act: form("Check and submit", [
      {
        kind: "confirm",
        title: "Submit this export?",
        messages: [],
        rows: [
          ["Writes", "projects/lake-constance/assets/exports/lc_2024_10m", "New asset. Nothing is overwritten."],
          ["Grid", "3,412 × 2,708 px, 10 m, EPSG:32632", "On the source grid"],
          ["Bands", "9 bands: 5 × MEAN, 2 × MODE, 2 × SAMPLE", "4 overrides, all as suggested"],
          ["Data", "166 MB before compression", "Not checked by a preflight"],
        ],
        back: button("back", "Back"),
        go: button("confirm", "Submit export", { primary: true }),
        skip: {
          label: "Skip this step for exports under 10 M pixels",
          hint: "An overwrite or a warning is shown all the same.",
          checked: false,
        },
      },
    ]),
  },
  running: { ...ready, destination: taken, act: submitted, operations: operations([operation({})]) },
  asking: { ...ready, act: submitted, operations: operations([operation({ asking: true })]) },
  refused: {
    ...ready,
    bar: bar(status("error", "Not allowed", { part: "connection" })),
    strip: form("Notices", [
      {
        kind: "note",
        severity: "error",
        field: "",
        strong: "You are signed in, but may not use lake-constance.",
        text: "Caller does not have the permission earthengine.exports.create on the project.",
        fixes: [
          { name: "retry", label: "Try again", note: "" },
          { name: "another", label: "Choose another project", note: "", leads: "project" },
          { name: "copy", label: "Copy permission name", note: "", copies: "earthengine.exports.create" },
        ],
      },
    ]),
  },
  offline: {
    ...ready,
    bar: bar(status("warning", "Reconnecting, next try in 8 s", { part: "connection" })),
    strip: form("Notices", [
      {
        kind: "note",
        severity: "warning",
        field: "",
        strong: "Not connected to Earth Engine since 14:21.",
        text: "Exports keep running on the server. The states below are the last ones seen; they refresh by themselves.",
        fixes: [{ name: "retry", label: "Try now", note: "" }],
      },
    ]),
    act: submitted,
    operations: operations(
      [
        operation({
          pill: "Last seen running",
          tone: "muted",
          icon: "offline",
          clock: { since_ms: 0, running: false, text: "12:04", suffix: "elapsed when last seen" },
          buttons: [
            button("cancel", "Cancel", { icon: "stop", reason: "Not connected to Earth Engine." }),
            button("copy_name", "Copy name", { icon: "copy" }),
          ],
        }),
      ],
      { head: head("Operations", "warning", "last seen 3 min ago") },
    ),
  },
  failed: {
    ...ready,
    operations: operations([
      operation({
        state: "FAILED",
        pill: "Failed",
        tone: "error",
        icon: "fail",
        progress: -1,
        clock: { since_ms: 0, running: false, text: "after 9:41, at 14:12", suffix: "" },
        stages: [
          { label: "Prepare", count: "", tone: "ok" },
          { label: "Compute pixels", count: "88 of 286", tone: "error" },
          { label: "Build pyramid", count: "", tone: "todo" },
        ],
        explanation: {
          strong: "One tile needed more memory than Earth Engine allows.",
          text: "Nothing was written: the asset name is still free.",
          hint: "",
          offers: [
            {
              name: "split",
              label: "Split into 4 exports",
              note: "same grid, a quarter each; assets line up exactly",
              does: ["remedy", { operation: "A", name: "split" }],
              leads: "grid",
            },
            {
              name: "coarsen",
              label: "Coarsen scale to 20 m",
              note: "2.31 M px",
              does: ["remedy", { operation: "A", name: "coarsen" }],
              leads: "grid.affineTransform.scaleX",
            },
          ],
          raw: "code 8 RESOURCE_EXHAUSTED: User memory limit exceeded.",
        },
        facts: [
          ["EECU-s", "24.6"],
          ["Attempts", "3"],
        ],
        buttons: [
          button("edit", "Edit and re-run", { icon: "edit" }),
          button("rerun", "Re-run", { icon: "new" }),
          button("copy_error", "Copy error", { icon: "copy" }),
        ],
      }),
    ]),
  },
  succeeded: {
    ...ready,
    act: submitted,
    operations: operations([
      operation({
        state: "SUCCEEDED",
        pill: "Succeeded",
        tone: "ok",
        icon: "ok",
        progress: -1,
        stages: [],
        clock: { since_ms: 0, running: false, text: "took 27:52, done 14:36", suffix: "" },
        target: "projects/lake-constance/assets/exports/lc_2024_10m",
        facts: [
          ["EECU-s", "71.3"],
          ["Attempt", "1"],
        ],
        files: ["https://code.earthengine.google.com/?asset=projects/lake-constance/assets/exports/lc_2024_10m"],
        buttons: [button("copy_id", "Copy asset ID", { icon: "copy" })],
      }),
      operation({
        name: "projects/lake-constance/operations/QUEUED",
        state: "PENDING",
        pill: "Queued",
        tone: "plain",
        icon: "clock",
        title: "lc_2024_60m",
        progress: -1,
        stages: [],
        facts: [],
        clock: { since_ms: Date.now() - 180000, running: true, text: "", suffix: "in queue" },
      }),
    ]),
  },
  empty: {
    ...ready,
    bar: bar(status("ok", "Local emulator, no account needed", { part: "connection" })),
    image: form(
      "Image",
      [
        {
          kind: "text",
          tone: "muted",
          strong: "",
          text: "Start from an image in this notebook, a catalogue ID, or one of the samples.",
        },
        {
          kind: "row",
          layout: "image",
          items: [
            field("image", "Image to export", "", {
              mono: true,
              placeholder: "Catalogue ID, such as COPERNICUS/S2_SR_HARMONIZED/…",
            }),
            {
              kind: "buttons",
              links: false,
              buttons: [button("sample", "Load sample: Itaipu, Landsat 8", { primary: true })],
            },
          ],
        },
      ],
      head("Image", "todo", "Choose one"),
    ),
    gridHead: form("Grid", [], head("Grid", "todo", "Draw a region")),
    grid: form("Grid", [
      {
        kind: "facts",
        label: "Grid facts",
        facts: [],
        tone: "muted",
        strong: "",
        text: "Width, height, pixel count and alignment show here as you draw.",
        muted: "",
        fixes: [],
      },
      gridFields(false),
    ]),
    bands: { ...bands([]), ids: [], head: head("Bands and pyramiding", "muted", "Needs an image") },
    act: form("Check and submit", [
      status("todo", "Choose an image, draw a region"),
      decide("Choose an image and draw a region first."),
    ]),
    request: {
      ...request("muted", ""),
      lines: [
        { depth: 0, pieces: [["punct", "{"]], path: "", message: "", fold: "" },
        {
          depth: 1,
          pieces: [["comment", "// choose an image: expression is required"]],
          path: "expression",
          message: "",
          fold: "",
        },
        { depth: 0, pieces: [["punct", "}"]], path: "", message: "", fold: "" },
      ],
    },
  },
  many: { ...ready, bands: manyBands(5000) },
};
