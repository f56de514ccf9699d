/** The panels of fields: bar, grid, destination, advanced, and what stands at the foot. */

import { button, error, field, form, head, option, status } from "./parts.js";

/** @import * as v from "../../../../ee_export_widget/widgets/views.js" */

const DESTINATIONS = [
  option("asset", "Earth Engine asset", "", "asset"),
  option("drive", "Google Drive", "", "drive"),
  option("cloud", "Cloud Storage", "", "bucket"),
];

export const NAME = "assetExportOptions.earthEngineDestination.name";

/** @param {v.Item} connection */
export const bar = (connection) =>
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
        { name: "load", label: "Load request from file…", note: "", reason: "", checked: false, presses: "load" },
        { name: "save", label: "Save request to file", note: "", reason: "", checked: false, presses: "save" },
      ],
    },
  ]);

/** @param {boolean} wrong */
export const gridFields = (wrong) =>
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
export const GRID_LINKS = {
  kind: "buttons",
  links: true,
  buttons: [
    button("bounds", "Type bounds"),
    button("geojson", "Paste GeoJSON"),
    button("copy_grid", "Copy grid from an asset"),
  ],
};

/** @param {string} [kind] @param {Partial<v.Field>} [more] */
export const destination = (kind = "asset", more = {}) =>
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
export const advanced = (wrong) =>
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

export const connected = status("ok", "Earth Engine, connected", { part: "connection" });

/** @param {string} reason @returns {v.Buttons} */
export const decide = (reason) => ({
  kind: "buttons",
  links: false,
  buttons: [
    button("preflight", "Run preflight", { reason }),
    button("submit", "Submit export…", { primary: true, reason }),
  ],
});

export const submitted = form("Check and submit", [
  status("ok", "Submitted at 14:09", { pieces: ["Edit anything to prepare the next export."] }),
  { kind: "gap" },
  { kind: "buttons", links: false, buttons: [button("again", "Copy as new export")] },
]);

export const taken = destination("asset", { hint_tone: "info", hint: "An export is writing to this name now." });
