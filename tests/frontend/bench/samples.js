/** Views as the kernel would send them, one set for each state of the widget. */

import { pyramid } from "./pyramid.js";

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

/** @type {(title: string, mark: v.Mark["tone"], text: string, more?: Partial<v.Head>) => v.Head} */
const head = (title, tone, text, more) => ({
  title,
  summary: "",
  mark: { tone, text },
  opens: "always",
  forced: false,
  ...more,
});
/** @type {(name: string, label: string, value: v.FieldValue, more?: Partial<v.Field>) => v.Field} */
const field = (name, label, value, more) => ({
  kind: "field",
  name,
  paths: [],
  label,
  aside: "",
  control: "text",
  value,
  placeholder: "",
  prefix: "",
  unit: "",
  tip: "",
  mono: false,
  options: [],
  hint_tone: "muted",
  hint: "",
  messages: [],
  disabled: false,
  ...more,
});
/** @type {(name: string, label: string, more?: Partial<v.Button>) => v.Button} */
const button = (name, label, more) => ({
  name,
  label,
  icon: "",
  primary: false,
  reason: "",
  icon_only: false,
  ...more,
});
/** @type {(value: string, label?: string, note?: string, icon?: string) => v.Option} */
const option = (value, label = value, note = "", icon = "") => ({ value, label, note, icon });
/** @type {(field: string, strong: string, text: string, ...fixes: [string, string?][]) => v.Message} */
const error = (path, strong, text, ...fixes) => ({
  severity: "error",
  field: path,
  strong,
  text,
  fixes: fixes.map(([label, note = ""]) => ({ name: label, label, note })),
});
/** @type {(label: string, items: v.Item[], heading?: v.Head | null) => v.FormView} */
const form = (label, items, heading = null) => ({ label, head: heading, items, ack: 0 });
/** @type {(tone: v.Tone, strong: string, more?: Partial<v.Status>) => v.Status} */
const status = (tone, strong, more) => ({
  kind: "status",
  tone,
  strong,
  pieces: [],
  links: [],
  part: "readiness",
  ...more,
});
/** @type {(label: string, strong: string, text: string, more?: Partial<v.Fact>) => v.Fact} */
const fact = (label, strong, text, more) => ({ label, strong, text, exact: "", tone: "plain", ...more });

const POLICIES = [
  option("MEAN", "MEAN", "averages; measurements"),
  option("MODE", "MODE", "majority; classes"),
  option("SAMPLE", "SAMPLE", "upper-left pixel; bitmasks, dates"),
  option("MIN", "MIN", "lowest"),
  option("MAX", "MAX", "highest"),
  option("MEDIAN", "MEDIAN", "middle; ties average"),
];
const DESTINATIONS = [
  option("asset", "Earth Engine asset", "", "asset"),
  option("drive", "Google Drive", "", "drive"),
  option("cloud", "Cloud Storage", "", "bucket"),
];
const NAME = "assetExportOptions.earthEngineDestination.name";

/** @param {v.Item} connection */
const bar = (connection) =>
  form("Image export", [
    { kind: "title", text: "Image export" },
    {
      kind: "menu",
      name: "project",
      label: "Project lake-constance, change",
      prefix: "projects/",
      strong: "lake-constance",
      icon: "",
      entries: [
        { name: "project:lake-constance", label: "lake-constance", note: "", reason: "", checked: true },
        { name: "project:local-demo", label: "local-demo", note: "local emulator", reason: "", checked: false },
      ],
      entry_label: "Another project",
      entry_placeholder: "projects/my-project",
      path: "project",
    },
    connection,
    { kind: "gap" },
    { kind: "buttons", links: false, buttons: [button("undo", "Undo last change", { icon: "undo", icon_only: true })] },
    {
      kind: "menu",
      name: "more",
      label: "More actions",
      prefix: "",
      strong: "",
      icon: "more",
      entry_label: "",
      entry_placeholder: "",
      entries: [
        { name: "redo", label: "Redo", note: "Ctrl Shift Z", reason: "Nothing was undone.", checked: false },
        { name: "reset", label: "Reset form", note: "", reason: "", checked: false },
        { name: "save", label: "Save request to file", note: "", reason: "", checked: false },
      ],
    },
  ]);

/** @param {boolean} wrong */
const gridFields = (wrong) =>
  /** @type {v.Row} */ ({
    kind: "row",
    layout: "three",
    items: [
      field("crs", "CRS", wrong ? "EPSG:32633" : "EPSG:32632", {
        paths: ["grid.crsCode"],
        control: "combo",
        options: [
          option("EPSG:32632", "EPSG:32632, UTM zone 32N", "as the source"),
          option("EPSG:4326", "EPSG:4326, WGS 84", "degrees"),
          option("EPSG:3857", "EPSG:3857, web maps", "metres, stretched"),
        ],
        messages: wrong
          ? [
              error(
                "grid.crsCode",
                "The region lies outside the area of use of EPSG:32633",
                "(12° E to 18° E; yours is 9.0° E to 9.5° E). Pixels would be 0.2 % too large and turned by 4.3°.",
                ["Use EPSG:32632, as the source"],
              ),
            ]
          : [],
      }),
      field("pixel_size", "Pixel size", wrong ? "1" : "10", {
        paths: ["grid.affineTransform"],
        unit: "m",
        messages: wrong
          ? [
              error(
                "grid.affineTransform",
                "1,069,841,875 pixels are more than maxPixels allows",
                "(100,000,000). The source has 10 m pixels, so 1 m adds no detail.",
                ["Coarsen scale to 10 m", "10.7 M px"],
                ["Raise maxPixels to 2,000,000,000"],
              ),
            ]
          : [],
      }),
      field("snap", "Snap edges to", wrong ? "region" : "source", {
        control: "select",
        options: [option("source", "Source grid"), option("region", "Region corner")],
      }),
    ],
  });

/** @type {v.Buttons} */
const GRID_LINKS = {
  kind: "buttons",
  links: true,
  buttons: [
    button("bounds", "Type bounds"),
    button("geojson", "Paste GeoJSON"),
    button("copy_grid", "Copy grid from an asset"),
  ],
};

/** @param {string[]} suggests */
function bands(suggests) {
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
const request = (tone, text, wrong = []) => ({
  head: head("Request", /** @type {any} */ (tone), text, { opens: "wide", summary: "POST image:export, 1.9 KB" }),
  tabs: [option("json", "JSON"), option("curl"), option("python", "Python"), option("python_ee", "Python ee")],
  tab: "json",
  lines: lines(wrong),
  size: "1.9 KB",
  note: "",
  text: '{"description": "lc_2024_10m"}',
  most_bytes: 10_000_000,
});

/** @param {Partial<v.OperationView>} more @returns {v.OperationView} */
const operation = (more) => ({
  name: "projects/lake-constance/operations/4NIOMB6ZQXGV2C6WTGYVUDIS",
  state: "RUNNING",
  pill: "Running",
  tone: "busy",
  icon: "run",
  title: "lc_2024_10m",
  target: "projects/lake-constance/operations/4NIOMB6ZQXGV2C6WTGYVUDIS",
  clock: { since_ms: Date.now() - 724000, running: true, text: "", suffix: "elapsed, about 16 min left" },
  progress: 0.42,
  progress_text: "42 percent, compute pixels, 121 of 286",
  stages: [
    { label: "Prepare", count: "", tone: "ok" },
    { label: "Compute pixels", count: "121 of 286", tone: "busy" },
    { label: "Build pyramid", count: "", tone: "todo" },
    { label: "Write asset", count: "", tone: "todo" },
  ],
  facts: [
    ["EECU-s", "31.8"],
    ["Attempt", "1"],
    ["Priority", "100"],
    ["Tag", "lake-lc"],
  ],
  buttons: [
    button("cancel", "Cancel", { icon: "stop" }),
    button("copy_name", "Copy name", { icon: "copy" }),
    button("show_on_map", "Show on map", { icon: "pin" }),
  ],
  on_map: false,
  asking: false,
  explanation: null,
  verification: null,
  files: [],
  ...more,
});

/** @param {v.OperationView[]} rows @param {Partial<v.OperationsView>} [more] @returns {v.OperationsView} */
const operations = (rows, more) => ({
  head: head("Operations", rows.length ? "ok" : "muted", rows.length ? "updated 2 s ago" : "", {
    summary: "1 running, 42 %",
  }),
  tabs: [option("widget", "This widget", String(rows.length)), option("project", "Project", "14")],
  tab: "widget",
  states: rows.length ? [option("", "All states"), option("RUNNING", "Running"), option("FAILED", "Failed")] : [],
  state: "",
  rows,
  empty:
    "Nothing submitted from this widget yet. Exports keep running when you close the notebook; you will find them again under Project.",
  notice: null,
  announce: "",
  beat_s: 0,
  ...more,
});

/** @param {string} [kind] @param {Partial<v.Field>} [more] */
const destination = (kind = "asset", more = {}) =>
  form(
    "Destination",
    [
      field("destination", "Destination", kind, {
        control: "segments",
        options: DESTINATIONS,
        paths: ["assetExportOptions.earthEngineDestination"],
      }),
      ...(kind === "asset"
        ? [
            field("asset_name", "Asset name", "exports/lc_2024_10m", {
              paths: [NAME],
              prefix: "projects/lake-constance/assets/",
              mono: true,
              hint_tone: "ok",
              hint: "Name is free. Folder exports exists and you may write to it.",
              ...more,
            }),
            field("overwrite", "Overwrite if it exists", false, {
              control: "check",
              paths: ["assetExportOptions.earthEngineDestination.overwrite"],
            }),
          ]
        : [
            /** @type {v.Row} */ ({
              kind: "row",
              layout: "two",
              items: [
                field("folder", "Folder", "earthengine", { aside: "optional" }),
                field("prefix", "File name prefix", "lc_2024_10m", { mono: true }),
              ],
            }),
            /** @type {v.Text} */ ({
              kind: "text",
              tone: "info",
              strong: "",
              text: "Drive finds the folder by name, wherever it is. A slash is part of the name, not a path.",
            }),
            field("cog", "Cloud-optimized", true, { control: "check" }),
          ]),
    ],
    head("Destination", more.messages ? "error" : "ok", more.messages ? "1 problem" : "complete", {
      summary: "Asset exports/lc_2024_10m",
    }),
  );

/** @param {boolean} wrong */
const advanced = (wrong) =>
  form(
    "Advanced",
    [
      {
        kind: "row",
        layout: "advanced",
        items: [
          field("description", "Description", "lc_2024_10m", { paths: ["description"] }),
          field("request_id", "Request ID", wrong ? "lake constance_2024!" : "lc-2024-10m-7f3a", {
            paths: ["requestId"],
            aside: "stops double submits",
            mono: true,
            button: button("new_id", "New request ID", { icon: "new", icon_only: true }),
            messages: wrong
              ? [
                  error(
                    "requestId",
                    "Only a to z, A to Z, 0 to 9 and “-” are allowed.",
                    "Found a space, “_” and “!”.",
                    ["Use lake-constance-2024"],
                  ),
                ]
              : [],
          }),
          field("priority", "Priority", wrong ? "12000" : "100", {
            paths: ["priority"],
            messages: wrong
              ? [error("priority", "Must be a whole number from 0 to 9999.", "", ["Use 9999"], ["Use default 100"])]
              : [],
          }),
          field("max_pixels", "maxPixels", "100,000,000", { paths: ["maxPixels"] }),
          field("tag", "Workload tag", "lake-lc", { paths: ["workloadTag"], aside: "optional", mono: true }),
        ],
      },
    ],
    head("Advanced", wrong ? "error" : "muted", wrong ? "2 problems" : "", {
      opens: "never",
      forced: wrong,
      summary: "priority 100, maxPixels 1e8, request ID auto",
    }),
  );

const connected = status("ok", "Earth Engine, connected", { part: "connection" });
/** @param {string} reason @returns {v.Buttons} */
const decide = (reason) => ({
  kind: "buttons",
  links: false,
  buttons: [
    button("preflight", "Run preflight", { reason }),
    button("submit", "Submit export…", { primary: true, reason }),
  ],
});

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

const submitted = form("Check and submit", [
  status("ok", "Submitted at 14:09", { pieces: ["Edit anything to prepare the next export."] }),
  { kind: "gap" },
  { kind: "buttons", links: false, buttons: [button("again", "Copy as new export")] },
]);
const taken = destination("asset", { hint_tone: "info", hint: "An export is writing to this name now." });

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
