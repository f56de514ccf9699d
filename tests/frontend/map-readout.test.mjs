import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { tileUrl } from "../../ee_export_widget/widgets/map/probe.js";
import { coordinates, graticule, latitude, longitude, metresPerPixel, scaleBar, wrapped } from "../../ee_export_widget/widgets/map/readout.js";

describe("coordinates", () => {
  const cases = [
    [[-54.5123, -25.43124], "54.5123° W 25.4312° S"],
    [[9.27144, 47.6952], "9.2714° E 47.6952° N"],
    [[181.5, 0], "178.5000° W 0.0000°"],
    [[-180, 90], "180.0000° 90.0000° N"],
    [[-0.00001, -0.00001], "0.0000° 0.0000°"],
  ];
  for (const [place, text] of cases) test(`${place} reads ${text}`, () => assert.equal(coordinates(place), text));

  test("longitudes are brought back from any number of turns", () => {
    assert.deepEqual([-190, 190, 540, -540, 179.5].map(wrapped), [170, -170, -180, -180, 179.5]);
  });

  test("have as many digits as asked for", () => {
    assert.equal(longitude(-54.6, 1), "54.6° W");
    assert.equal(latitude(-30, 0), "30° S");
  });
});

describe("the scale bar", () => {
  test("is the longest round length that fits", () => {
    assert.deepEqual(scaleBar(100, 80), { px: 50, label: "5 km" });
    assert.deepEqual(scaleBar(0.5, 80), { px: 40, label: "20 m" });
    assert.deepEqual(scaleBar(0.0099, 80).label, "50 cm");
  });

  test("shrinks with the cosine of the latitude", () => {
    const equator = metresPerPixel(360 / 256, 0);
    assert.ok(Math.abs(equator - 156543.03392804) < 1e-6);
    assert.ok(Math.abs(metresPerPixel(360 / 256, 60) - equator / 2) < 1e-6);
  });
});

describe("the graticule", () => {
  test("has lines at round degrees, no nearer than a label is wide", () => {
    const { step, lons, lats, digits } = graticule({ west: -54.7, south: -25.55, east: -54.3, north: -25.25 }, 512);
    assert.equal(step, 0.1);
    assert.equal(digits, 1);
    assert.deepEqual(lons.map((lon) => lon.toFixed(3)), ["-54.700", "-54.600", "-54.500", "-54.400", "-54.300"]);
    assert.deepEqual(lats.map((lat) => lat.toFixed(3)), ["-25.500", "-25.400", "-25.300"]);
  });

  test("ends at the edge of the square world and goes on past 180", () => {
    const { lons, lats } = graticule({ west: 100, south: -89, east: 300, north: 89 }, 512);
    assert.deepEqual(lons, [120, 180, 240, 300]);
    assert.deepEqual(lats, [-60, 0, 60]);
  });

  test("never has more lines than can be drawn", () => {
    assert.equal(graticule({ west: 0, south: -1, east: 1e9, north: 1 }, 1e9).lons.length, 200);
  });
});

describe("the tile that is tried", () => {
  test("is the one at the place", () => {
    assert.equal(tileUrl("http://127.0.0.1:9/{z}/{x}/{y}.png", [-54.5, -25.4], 10), "http://127.0.0.1:9/10/356/586.png");
    assert.equal(tileUrl("https://{s}.example.org/{z}/{x}/{y}{r}.png?key={key}", [0, 0], 1), "https://a.example.org/1/1/1.png?key={key}");
  });

  test("is a tile of the world also after a turn around it", () => {
    assert.equal(tileUrl("{z}/{x}/{y}", [-54.5 + 720, -25.4], 10.5), "10/356/586");
  });
});
