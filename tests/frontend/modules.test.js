import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const house = fileURLToPath(new URL("../../ee_export_widget/", import.meta.url));
const modules = globSync("widgets/**/*.js", { cwd: house });

/** What a page must never do: markup from strings, code from the network, state outside a view. */
const FORBIDDEN = [
  /\binnerHTML\b/,
  /\bouterHTML\b/,
  /insertAdjacentHTML/,
  /document\.write/,
  /\beval\(/,
  /\bnew Function\b/,
  /from\s+["']https?:/,
  /import\(\s*["']https?:/,
  /^(?:let|var) /m,
  /\.id\s*=\s/,
];

for (const path of modules) {
  describe(path, () => {
    test("loads without a page and exports what anywidget calls", async () => {
      const module = await import(new URL(path, `file://${house}`).href);
      if (module.default === undefined) return; // a helper
      const widget = typeof module.default === "function" ? await module.default() : module.default;
      assert.ok(widget.render ?? widget.initialize, `${basename(path)} has neither render nor initialize`);
    });

    test("does nothing that a page must not do", () => {
      const source = readFileSync(`${house}/${path}`, "utf8");
      const found = FORBIDDEN.filter((pattern) => pattern.test(source));
      assert.deepEqual(found, []);
    });
  });
}

test("the front end was found", () => {
  assert.ok(modules.length > 0);
});
