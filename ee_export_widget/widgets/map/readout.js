/** Numbers of the map as text: coordinates, the scale bar, the graticule. */

/** Steps between lines of the graticule, in degrees. */
const STEPS_DEG = [60, 30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];

/** No line is nearer to the next one than this. */
const SPACING_PX = 96;

/** Length of one degree of latitude on the sphere that web maps use. */
const METRES_PER_DEGREE = 111319.49079327358;

/**
 * A longitude in [-180, 180), for reading; the map itself counts on beyond 180.
 *
 * @param {number} lon
 */
export const wrapped = (lon) => ((((lon + 180) % 360) + 360) % 360) - 180;

/** @param {number} value @param {string} plus @param {string} minus @param {number} digits */
function hemisphere(value, plus, minus, digits) {
  const size = Math.abs(value).toFixed(digits);
  if (Number(size) === 0) return `${size}°`;
  return `${size}° ${value < 0 ? minus : plus}`;
}

/** @param {number} lon @param {number} [digits] */
export const longitude = (lon, digits = 4) => {
  const value = wrapped(lon);
  return value === -180 ? `${(180).toFixed(digits)}°` : hemisphere(value, "E", "W", digits);
};

/** @param {number} lat @param {number} [digits] */
export const latitude = (lat, digits = 4) => hemisphere(lat, "N", "S", digits);

/** @param {[number, number]} lonlat */
export const coordinates = ([lon, lat]) => `${longitude(lon)} ${latitude(lat)}`;

/** A whole number with commas between thousands. @param {number} value */
export const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/**
 * Metres on the ground under one screen pixel.
 *
 * @param {number} degreesPerPixel of longitude
 * @param {number} lat
 */
export const metresPerPixel = (degreesPerPixel, lat) =>
  degreesPerPixel * METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180);

/**
 * The longest round length that fits.
 *
 * @param {number} metres per pixel
 * @param {number} [roomPx]
 * @returns {{px: number, label: string}}
 */
export function scaleBar(metres, roomPx = 88) {
  const room = metres * roomPx;
  const power = 10 ** Math.floor(Math.log10(room));
  const length = power * ([5, 2].find((n) => n * power <= room) ?? 1);
  const label = length >= 1000 ? `${length / 1000} km` : length >= 1 ? `${length} m` : `${Number((length * 100).toPrecision(1))} cm`;
  return { px: length / metres, label };
}

/**
 * Lines of longitude and latitude that suit a view.
 *
 * @param {{west: number, south: number, east: number, north: number}} bounds degrees
 * @param {number} widthPx
 * @returns {{step: number, lons: number[], lats: number[], digits: number}}
 */
export function graticule(bounds, widthPx) {
  const least = ((bounds.east - bounds.west) / Math.max(1, widthPx)) * SPACING_PX;
  const step = STEPS_DEG.findLast((size) => size >= least) ?? STEPS_DEG[0];
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  return {
    step,
    digits,
    lons: multiples(step, bounds.west, bounds.east),
    lats: multiples(step, Math.max(-85, bounds.south), Math.min(85, bounds.north)),
  };
}

/** @param {number} step @param {number} from @param {number} to */
function multiples(step, from, to) {
  const first = Math.ceil(from / step);
  const count = Math.max(0, Math.min(200, Math.floor(to / step) - first + 1));
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}
