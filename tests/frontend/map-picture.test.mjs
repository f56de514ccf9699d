import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { layersMenu } from "../../ee_export_widget/widgets/map/layers.js";
import { memory, pictureFields } from "../../ee_export_widget/widgets/map/picture.js";

const colouring = (label, band, rest = {}) => ({ label, band, low: "", low_hint: "1", high: "", high_hint: "9", message: "", ...rest });
const GREY = { colour: false, channels: [colouring("Grey", "B2")], hint: "Empty: automatic.", automatic: null };
const BANDS = ["B2", "B3"];

const all = (piece, tag) => [piece].flat(9).flatMap((part) => (part ? [...(part.tag === tag ? [part] : []), ...all(part.children ?? [], tag)] : []));
const text = (piece) => [piece].flat(9).map((part) => part?.props?.data ?? text(part?.children ?? [])).join("");

describe("bands and stretch of the preview", () => {
  const opened = () => ({ ...memory(), unfolded: true });
  const hand = (said) => ({ fold: () => said.push("fold"), colour: (is) => said.push(is), change: (...what) => said.push(what), press: (name) => said.push(name) });
  const fields = (picture, kept, said = []) => pictureFields(picture, BANDS, kept, "x", hand(said));

  test("are folded away until they are asked for", () => {
    const said = [];
    const [fold, rest] = fields(GREY, memory(), said);
    assert.deepEqual([fold.props["aria-expanded"], text(fold), rest], ["false", "Bands and stretch", false]);
    fold.props.onclick();
    assert.deepEqual(said, ["fold"]);
  });

  test("name every control, and report what is chosen", () => {
    const said = [];
    const piece = fields(GREY, opened(), said);
    assert.deepEqual(all(piece, "label").map((label) => text(label.children.filter(({ tag }) => tag !== "select"))), ["Three bands", "One band", "Grey", "from", "to"]);
    const [three, one, low, high] = all(piece, "input").map(({ props }) => props);
    assert.deepEqual([three.checked, one.checked, low.placeholder, high.placeholder], [false, true, "1", "9"]);
    three.onchange();
    all(piece, "select")[0].props.onchange({ target: { value: "B3" } });
    low.onchange({ target: { value: "2" } });
    assert.deepEqual(said, [true, [0, "band", "B3"], [0, "low", "2"]]);
  });

  test("keep what is being typed while the kernel answers for another field", () => {
    const kept = opened();
    const values = (picture) => all(fields(picture, kept), "input").slice(2).map(({ props }) => props.value);
    const [, , low, high] = all(fields(GREY, kept), "input").map(({ props }) => props);
    low.oninput({ target: { value: "2" } });
    low.onchange({ target: { value: "2" } });
    high.oninput({ target: { value: "4" } });
    assert.deepEqual(values(GREY), ["2", "4"]);
    const answered = { ...GREY, channels: [colouring("Grey", "B2", { low: "2.0" })] };
    assert.deepEqual(values(answered), ["2.0", "4"]);
  });

  test("describe a list of bands once, until it is another", () => {
    const kept = opened();
    const list = (picture, bands) => all(pictureFields(picture, bands, kept, "x", hand([])), "select")[0];
    const first = list(GREY, BANDS);
    assert.equal(list(GREY, BANDS), first);
    assert.notEqual(list({ ...GREY, channels: [colouring("Grey", "B3")] }, BANDS), first);
    assert.equal(list(GREY, ["B2"]).children.length, 1);
  });

  test("say what is wrong with a stretch, and offer the automatic one", () => {
    const said = [];
    const wrong = { ...GREY, channels: [colouring("Grey", "B2", { low: "x", message: "No number." })], automatic: { name: "stretch_automatically", label: "Stretch automatically", icon: "", reason: "" } };
    const piece = fields(wrong, opened(), said);
    assert.equal(text(all(piece, "p").find(({ props }) => props.role === "alert")), "No number.");
    assert.equal(all(piece, "input")[2].props["aria-invalid"], true);
    all(piece, "button")[1].props.onclick();
    assert.deepEqual(said, ["stretch_automatically"]);
  });

  test("keep their keys from the tools of the map, but not the way out", () => {
    const [, group] = fields(GREY, opened());
    const stopped = ["Delete", "r", "Escape"].filter((key) => {
      let stops = false;
      group.props.onkeydown({ key, stopPropagation: () => (stops = true) });
      return stops;
    });
    assert.deepEqual(stopped, ["Delete", "r"]);
  });

  test("stand below the image in the menu, while it is shown", () => {
    const layers = (shown) => [{ name: "base", label: "Base map", note: "", shown: true }, { name: "image", label: "Image preview", note: "", shown }];
    const on = { open() {}, show() {} };
    const menu = (shown) => layersMenu(layers(shown), true, false, on, fields(GREY, memory())).children[1];
    assert.equal(text(menu(true)), "Base mapImage previewBands and stretch");
    assert.equal(text(menu(false)), "Base mapImage preview");
  });
});
