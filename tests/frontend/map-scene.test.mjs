import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { callCard, foot, groundInLine, loupeCard, loupeSize, nearestLoupe, tipCard } from "../../ee_export_widget/widgets/map/cards.js";
import { handlePlaces, labels } from "../../ee_export_widget/widgets/map/handles.js";
import { layersMenu } from "../../ee_export_widget/widgets/map/layers.js";
import { ghost, ground, outlines } from "../../ee_export_widget/widgets/map/shapes.js";
import { toolOf } from "../../ee_export_widget/widgets/map/tools.js";

const square = (left, top, right, bottom) => [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
const eight = (left, top, right, bottom) => {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return [[left, top], [x, top], [right, top], [right, y], [right, bottom], [x, bottom], [left, bottom], [left, y]];
};

/** A scene whose degrees are pixels of the screen. */
function scene(view = {}, rest = {}) {
  return {
    view: {
      mode: "pan", tools: [], tone: "plain", tip: [], tip_by_keys: [], call: null, loupes: [], layers: [], exports: [], graticule: false, ground: "",
      footprint: square(100, 100, 300, 250), drawn: [square(101, 101, 299, 249)], parts: [], handles: eight(100, 100, 300, 250),
      width_label: "3,412 px", height_label: "2,708 px", edge_label: "export edge", drawn_label: "as drawn",
      source: [], source_label: "source image ends", ...view,
    },
    box: { left: 0, top: 0, right: 512, bottom: 366 },
    screen: (place) => place,
    place: (point) => point,
    drawing: null, drag: null, pointer: null, crosshair: null, ...rest,
  };
}

const found = (piece, name, hits = []) => {
  for (const part of [piece].flat(9)) {
    if (!part) continue;
    if (part.props?.class?.split(" ").includes(name)) hits.push(part);
    found(part.children ?? [], name, hits);
  }
  return hits;
};

describe("handles", () => {
  const keys = (places) => places.map(({ handle }) => handle);

  test("show the ways they go, turned with the grid", () => {
    const cursors = (view) => handlePlaces(scene(view)).slice(0, 4).map(({ cursor }) => cursor);
    assert.deepEqual(cursors({}), ["nwse-resize", "ns-resize", "nesw-resize", "ew-resize"]);
    const turned = eight(-100, -75, 100, 75).map(([x, y]) => [200 + (x - y) * 0.7, 200 + (x + y) * 0.7]);
    assert.deepEqual(cursors({ handles: turned }), ["ns-resize", "nesw-resize", "ew-resize", "nwse-resize"]);
  });

  test("are eight, and a grip in the middle", () => {
    assert.deepEqual(keys(handlePlaces(scene())), [0, 1, 2, 3, 4, 5, 6, 7, "whole"]);
  });

  test("of short sides go, and those of a small region leave its corners", () => {
    assert.deepEqual(keys(handlePlaces(scene({ handles: eight(0, 0, 200, 40) }))), [0, 1, 2, 4, 5, 6]);
    assert.deepEqual(keys(handlePlaces(scene({ handles: eight(0, 0, 20, 20) }))), [0, 2, 4, 6]);
  });

  test("stay under the hand that drags them, however small the region becomes", () => {
    const drag = { handle: 1, handles: eight(0, 0, 20, 20), from: [10, 0], to: [10, 15] };
    assert.deepEqual(handlePlaces(scene({ handles: eight(0, 0, 20, 20) }, { drag })).find(({ handle }) => handle === 1)?.at, [10, 15]);
  });

  test("are out of the way while a rectangle is drawn, and where the grid has none", () => {
    assert.deepEqual(handlePlaces(scene({ mode: "draw" })), []);
    assert.deepEqual(handlePlaces(scene({ handles: [] })), []);
  });
});

describe("the dashed outline under the hand", () => {
  test("runs along the grid while drawing", () => {
    const turned = [[0, 0], [100, 10], [90, 110], [-10, 100], [0, 0]];
    const corners = ghost(scene({ footprint: turned, handles: [] }, { drawing: { a: [0, 0], b: [90, 110] } }));
    assert.deepEqual(corners.map((point) => point.map(Math.round)), [[0, 0], [100, 10], [90, 110], [-10, 100]]);
  });

  test("follows a region that is moved", () => {
    const drag = { handle: "whole", handles: eight(0, 0, 20, 10), from: [5, 5], to: [8, 1] };
    assert.deepEqual(ghost(scene({}, { drag })), [[3, -4], [23, -4], [23, 6], [3, 6]]);
  });

  test("is not there otherwise", () => assert.deepEqual(ghost(scene()), []));
});

describe("outlines", () => {
  test("show what was drawn only where it can be told from what is exported", () => {
    assert.equal(found(outlines(scene(), () => {}), "eew-map-drawn").length, 0);
    const apart = scene({ drawn: [square(110, 110, 290, 240)] });
    assert.equal(found(outlines(apart, () => {}), "eew-map-drawn").length, 1);
  });

  test("shade what lies outside of the source", () => {
    const [shade] = found(outlines(scene({ source: square(50, 50, 400, 300) }), () => {}), "eew-map-outside");
    assert.match(shade.props.d, /^M-512 -366.*ZM50 50/);
    assert.equal(found(outlines(scene(), () => {}), "eew-map-outside").length, 0);
  });

  test("hide the old region while a new one is drawn, and mark an impossible one", () => {
    const drawing = { a: [10, 10], b: [80, 60] };
    assert.equal(found(outlines(scene({ mode: "draw" }, { drawing }), () => {}), "eew-map-footprint").length, 0);
    assert.equal(found(outlines(scene({ tone: "error" }), () => {}), "eew-map-wrong").length, 1);
  });

  test("can be taken to move the region, but not while drawing or where there are no handles", () => {
    assert.equal(found(outlines(scene(), () => {}), "eew-map-edge").length, 1);
    assert.equal(found(outlines(scene({ mode: "draw" }), () => {}), "eew-map-edge").length, 0);
    assert.equal(found(outlines(scene({ handles: [] }), () => {}), "eew-map-edge").length, 0);
  });
});

describe("on a small map", () => {
  const small = { left: 0, top: 0, right: 226, bottom: 240 };
  const call = { strong: "No region yet", text: "Draw a rectangle.", buttons: [{ name: "draw", label: "Draw rectangle", icon: "rect" }] };
  const tip = ["451 × 560 px", "252,560 px, 30 m", "click to finish, Esc to cancel"];
  const none = { position: null, hint: "" };

  test("words about the ground make room for the first call and for whoever draws", () => {
    const said = (view, box = small) => found(foot(scene({ ground: "No base map.", ...view }, { box }), none), "eew-map-ground").length;
    assert.deepEqual([said({}), said({ call }), said({ mode: "draw" }), said({ mode: "polygon" })], [1, 0, 0, 0]);
    const wide = (view) => found(foot(scene({ ground: "No base map.", ...view }), none), "eew-map-words").length;
    assert.deepEqual([wide({ call }), wide({ mode: "draw" })], [1, 0]);
  });

  test("the first call is short", () => {
    assert.equal(found(callCard(call, () => {}, true), "eew-map-muted").length, 0);
    assert.equal(found(callCard(call, () => {}, false), "eew-map-muted").length, 1);
  });

  test("the tip lies along the edge that the drawing leaves free", () => {
    const style = (drawing, pointer) => found(tipCard(scene({ mode: "draw", tip }, { box: small, drawing, pointer })), "eew-map-tip")[0].props.style;
    assert.match(style({ a: [60, 30], b: [150, 110] }, [150, 110]), /bottom:6px/);
    assert.match(style({ a: [60, 120], b: [150, 220] }, [150, 220]), /top:8px/);
    assert.match(style({ a: [79, 60], b: [136, 170] }, [136, 170]), /bottom:6px/, "never over the first corner");
  });
});

test("the tip keeps off the shape and its first corner, whichever way one draws", () => {
  const box = { left: 0, top: 0, right: 700, bottom: 500 };
  for (const pointer of [[400, 300], [300, 200], [400, 200], [300, 300]]) {
    const ring = [[350, 250], [700 - pointer[0], pointer[1]], pointer];
    const [{ props }] = found(tipCard(scene({ mode: "polygon", tip: ["a", "b", "click the first corner"] }, { box, ring, pointer })), "eew-map-tip");
    const [left, top] = props.style.match(/-?[\d.]+/g).map(Number);
    const covers = ring.some(([x, y]) => x >= left && x <= left + 165 && y >= top && y <= top + 60);
    assert.equal(covers, false, `${pointer}: ${props.style}`);
  }
});

test("the tip names keys while one draws by keys", () => {
  const by = (rest) => found(tipCard(scene({ mode: "draw", tip: ["click"], tip_by_keys: ["Enter"] }, rest)), "eew-map-tip")[0].children[0].children[0].props.data;
  assert.deepEqual([by({ pointer: [9, 9] }), by({ pointer: [9, 9], crosshair: [9, 9] })], ["click", "Enter"]);
});

test("the graticule is drawn only when asked for, and its numbers keep off the bars", () => {
  assert.equal(ground(scene()), null);
  const lines = ground(scene({ graticule: true }));
  const marks = found(lines, "eew-map-degree").map(({ children: [text] }) => text.props.data);
  assert.equal(found(lines, "eew-map-graticule").length, 1);
  assert.ok(marks.length > 0 && marks.every((text) => /^\d+°( [NSEW])?$/.test(text)), marks.join());
});

test("size labels are shown with the handles, in their own words", () => {
  const room = { left: 6, top: 6, right: 506, bottom: 340 };
  const texts = found(labels(scene(), room, []), "eew-map-size").map(({ children: [text] }) => text.props.data);
  assert.deepEqual(texts, ["3,412 px", "2,708 px"]);
  assert.deepEqual(found(labels(scene({ mode: "draw" }), room, []), "eew-map-size"), []);
});

test("where pixels are seen the edges say what they are, one outside and one inside", () => {
  const room = { left: 6, top: 6, right: 506, bottom: 340 };
  const words = (view) => found(labels(scene(view), room, [], true), "eew-map-end").map(({ props, children: [text] }) => [text.props.data, Number(/,(\d+)/.exec(props.style)?.[1])]);
  const [edge, drawn] = words({ drawn: [square(112, 112, 299, 249)] });
  assert.deepEqual([edge[0], drawn[0]], ["export edge", "as drawn"]);
  assert.ok(edge[1] < 100 || edge[1] > 250, `${edge[1]}`);
  assert.ok(drawn[1] > 112 && drawn[1] < 249, `${drawn[1]}`);
  assert.deepEqual(words({ drawn: [square(100, 100, 300, 250)] }).map(([text]) => text), ["export edge"]);
  assert.deepEqual(found(labels(scene(), room, [], true), "eew-map-size"), []);
});

test("keys of tools do not depend on Shift or Caps Lock", () => {
  assert.deepEqual(["r", "R", "h", "f", "Delete", "q"].map((key) => toolOf({ key })), ["draw", "draw", "pan", "footprint", "clear", undefined]);
});

test("a narrow map has a small loupe, a tiny one none; words about the ground get a line of their own", () => {
  assert.deepEqual([loupeSize(512, 366)?.width, loupeSize(360, 257)?.width, loupeSize(250, 240)], [118, 84, null]);
  assert.deepEqual([512, 360].map(groundInLine), [true, false]);
});

describe("the loupe", () => {
  const square = [[0, 0], [8, 0], [8, 8], [0, 8]];
  const loupe = (name, place) => ({ name, caption: name, place, left: 1.4, top: 1.6, exported: square, drawn: square.map(([x, y]) => [x + 0.5, y + 0.25]) });
  const [west, east] = [loupe("W", [100, 100]), loupe("E", [300, 100])];

  test("belongs to the place that is nearest to the pointer, and to the first without one", () => {
    assert.equal(nearestLoupe([west, east], (place) => place, [290, 300]), east);
    assert.equal(nearestLoupe([west, east], (place) => place, null), west);
    assert.equal(nearestLoupe([], (place) => place, [1, 1]), undefined);
  });

  test("draws both edges in pixels of the grid, wherever its place lies in the window", () => {
    const card = loupeCard(west, "bottom-right", { width: 118 }, () => {});
    const [cells, exported, drawn] = ["eew-map-cells", "eew-map-snapped", "eew-map-asked"].map((name) => found(card, name)[0].props.d);
    assert.match(cells, /^M0 12h120M0 32h120.*M8 0v92M28 0v92/);
    assert.match(exported, /M?28 32/);
    assert.match(drawn, /38 37/);
    assert.equal(card.props["aria-label"], "Loupe: the W. Zoom to it");
  });
});

describe("other exports", () => {
  const other = (label, left) => ({ outline: square(left, 280, left + 150, 340), label });

  test("have their outlines in one line each, and their names beside them", () => {
    const view = { exports: [other("lake", 60), other("<b>river</b>", 260)] };
    const [path] = found(outlines(scene(view), () => {}), "eew-map-exports");
    assert.equal(path.props.d.match(/M/g).length, 2);
    const names = found(labels(scene(view), { left: 0, top: 0, right: 512, bottom: 366 }, [], false), "eew-map-end");
    assert.deepEqual(names.map(({ children }) => children[0].props.data), ["lake", "<b>river</b>"]);
  });

  test("have only the end of a long name where there is little room", () => {
    const view = (label) => ({ exports: [other(label, 60)], footprint: [], handles: [], drawn: [] });
    const [name] = found(labels(scene(view("itaipu_landsat8_export_r1c2")), { left: 0, top: 0, right: 512, bottom: 366 }, [], false), "eew-map-end");
    assert.equal(name.children[0].props.data, "…port_r1c2");
  });

  test("leave out names for which there is no room, and all of them while something is drawn", () => {
    const room = { left: 0, top: 0, right: 512, bottom: 366 };
    const named = (view, rest) => found(labels(scene(view, rest), room, [], false), "eew-map-end").length;
    const same = Array.from({ length: 40 }, () => other("the same place", 60));
    assert.ok(named({ exports: same }) < 20);
    assert.equal(named({ exports: [other("", 60)] }), 0);
    assert.equal(named({ exports: [other("lake", 60)] }, { drawing: { a: [0, 0], b: [9, 9] } }), 0);
  });
});

describe("the menu of layers", () => {
  const layers = [{ name: "base", label: "Base map", note: "", shown: true }, { name: "exports", label: "Other exports", note: "none yet", shown: false }];

  test("opens from a button that says so, and ticks what is shown", () => {
    const said = [];
    const on = { open: (open) => said.push(open), show: (...what) => said.push(what) };
    const [button, menu] = layersMenu(layers, false, false, on).children;
    assert.deepEqual([button.props["aria-expanded"], menu], ["false", undefined]);
    button.props.onclick();
    const boxes = layersMenu(layers, true, true, on).children[1].children.map(({ children }) => children[0].props);
    assert.deepEqual(boxes.map(({ checked }) => checked), [true, false]);
    boxes[1].onchange({ target: { checked: true } });
    assert.deepEqual(said, [true, ["exports", true]]);
  });

  test("is not there before the kernel has said what there is", () => {
    assert.equal(layersMenu([], false, false, {}), null);
  });
});
