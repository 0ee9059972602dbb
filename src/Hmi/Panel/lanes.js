// @ts-check
// Draws columns of lowest and highest values as lanes on one canvas.

/**
 * @typedef {object} Lane
 * @property {number} top CSS px in the canvas.
 * @property {number} height
 * @property {number | null} low Scale as configured; null: follows the values.
 * @property {number | null} high
 * @property {boolean} score The lane that has a limit.
 * @property {Float64Array} min One per column, NaN where there is none.
 * @property {Float64Array} max
 *
 * @typedef {object} Picture
 * @property {Lane[]} lanes
 * @property {Float64Array} limit Highest threshold per column.
 * @property {number} from Left edge, ms.
 * @property {number} to Right edge, ms.
 * @property {import('./feed.js').Period[]} periods
 * @property {number | null} cursor CSS px from the left; null for none.
 * @property {number} axisTop CSS px.
 */

const INK = '#27313c';
const QUIET = '#59616b';
const RULE = '#b3b7bb';
const FRAME = '#6b4a00';
const TINT = 'rgba(255, 205, 60, 0.32)';
const FONT = '12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif';
/** Left of the curves, for the numbers of the scales. */
export const GUTTER_PX = 46;
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400];

/**
 * @param {CanvasRenderingContext2D} pen Scaled to CSS px.
 * @param {number} wide CSS px, gutter included.
 * @param {number} height CSS px.
 * @param {Picture} picture
 */
export function draw(pen, wide, height, picture) {
  const width = wide - GUTTER_PX;
  pen.clearRect(0, 0, wide, height);
  pen.save();
  pen.translate(GUTTER_PX, 0);
  pen.font = FONT;
  pen.lineJoin = 'round';
  axis(pen, width, picture);
  for (const period of picture.periods) tint(pen, width, picture, period);
  for (const lane of picture.lanes) curve(pen, width, picture, lane);
  for (const period of picture.periods) frame(pen, width, picture, period);
  if (picture.cursor !== null) readout(pen, width, picture, Math.max(0, picture.cursor - GUTTER_PX));
  pen.restore();
}

/** @param {number} ms */
export function clock(ms) {
  return new Date(ms).toISOString().slice(11, 19);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {Picture} picture
 */
function axis(pen, width, picture) {
  const span = picture.to - picture.from;
  const ticksMax = Math.max(2, Math.floor(width / 110));
  const step = 1000 * (STEPS_S.find(s => span / 1000 / s <= ticksMax) ?? 86400);
  pen.fillStyle = QUIET;
  pen.strokeStyle = RULE;
  pen.lineWidth = 1;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  for (let t = Math.ceil(picture.from / step) * step; t < picture.to; t += step) {
    const x = Math.round((t - picture.from) / span * width) + 0.5;
    line(pen, x, 0, x, picture.axisTop + 4);
    if (x > 32 && x < width - 32) pen.fillText(clock(t), x, picture.axisTop + 7);
  }
  for (const lane of picture.lanes) line(pen, -GUTTER_PX, Math.round(lane.top + lane.height) - 0.5, width, Math.round(lane.top + lane.height) - 0.5);
}

/**
 * Follows the values, but never closer than a tenth of the instrument's range, so that noise stays small.
 * @param {Lane} lane
 * @param {Float64Array} limit
 * @returns {[number, number] | null}
 */
function scaleOf(lane, limit) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < lane.min.length; i++) {
    if (lane.min[i] < low) low = lane.min[i];
    if (lane.max[i] > high) high = lane.max[i];
    if (lane.score && limit[i] * 1.15 > high) high = limit[i] * 1.15;
  }
  if (low > high) return null;
  if (lane.score) return [Math.min(0, low), high > 0 ? high : 1];
  const least = lane.low !== null && lane.high !== null ? (lane.high - lane.low) / 10 : Math.max(Math.abs(high), 1) * 1e-3;
  if (high - low < least) {
    const middle = (high + low) / 2;
    low = middle - least / 2;
    high = middle + least / 2;
  }
  return [low, high];
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {Picture} picture
 * @param {Lane} lane
 */
function curve(pen, width, picture, lane) {
  const scale = scaleOf(lane, picture.limit);
  if (!scale) {
    pen.fillStyle = QUIET;
    pen.textAlign = 'left';
    pen.textBaseline = 'middle';
    pen.fillText('no values in this span', 8, lane.top + lane.height / 2);
    return;
  }
  const y = heightOf(lane, scale);
  const n = lane.min.length;
  const joined = gapOf(lane.min);
  if (lane.score) limitLine(pen, width, picture.limit, y);
  pen.strokeStyle = INK;
  pen.lineWidth = 1.5;
  pen.beginPath();
  let last = -1;
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(lane.min[i])) continue;
    const x = (i + 0.5) / n * width;
    if (last < 0 || i - last > joined) pen.moveTo(x - 0.75, y(lane.max[i]));
    pen.lineTo(x, y(lane.max[i]));
    pen.lineTo(x, y(lane.min[i]));
    last = i;
  }
  pen.stroke();
  scaleWords(pen, lane, scale);
}

/**
 * @param {Lane} lane
 * @param {[number, number]} scale
 */
function heightOf(lane, scale) {
  const pad = 7;
  return (/** @type {number} */ value) => lane.top + lane.height - pad - (value - scale[0]) / (scale[1] - scale[0]) * (lane.height - 2 * pad);
}

/**
 * Columns further apart than this are a gap in the data, not the rhythm of a slow source: five times the usual distance.
 * @param {Float64Array} column
 */
function gapOf(column) {
  const distances = [];
  let last = -1;
  for (let i = 0; i < column.length; i++) {
    if (Number.isNaN(column[i])) continue;
    if (last >= 0) distances.push(i - last);
    last = i;
  }
  distances.sort((a, b) => a - b);
  return Math.max(3, 5 * (distances[distances.length >> 1] ?? 1));
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {Float64Array} limit
 * @param {(value: number) => number} y
 */
function limitLine(pen, width, limit, y) {
  pen.strokeStyle = QUIET;
  pen.lineWidth = 1.5;
  pen.setLineDash([6, 4]);
  pen.beginPath();
  let at = NaN;
  for (let i = 0; i < limit.length; i++) {
    if (Number.isNaN(limit[i])) continue;
    const x = (i + 0.5) / limit.length * width;
    if (Number.isNaN(at)) pen.moveTo(x, y(limit[i]));
    else pen.lineTo(x, y(limit[i]));
    at = limit[i];
  }
  pen.stroke();
  pen.setLineDash([]);
  if (Number.isNaN(at)) return;
  label(pen, 'limit', width - 4, y(at) - 2, 'right', 'bottom');
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Lane} lane
 * @param {[number, number]} scale
 */
function scaleWords(pen, lane, scale) {
  pen.font = '11px system-ui, "Segoe UI", "DejaVu Sans", sans-serif';
  label(pen, short(scale[1], scale), -6, lane.top + 4, 'right', 'top');
  label(pen, short(scale[0], scale), -6, lane.top + lane.height - 4, 'right', 'bottom');
  pen.font = FONT;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {CanvasTextAlign} align
 * @param {CanvasTextBaseline} baseline
 */
function label(pen, text, x, y, align, baseline) {
  pen.textAlign = align;
  pen.textBaseline = baseline;
  pen.lineWidth = 3;
  pen.strokeStyle = '#dcdddf';
  pen.strokeText(text, x, y);
  pen.fillStyle = QUIET;
  pen.fillText(text, x, y);
}

/**
 * @param {number} value
 * @param {[number, number]} scale
 */
function short(value, scale) {
  const decimals = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.max(scale[1] - scale[0], 1e-9)))));
  return value.toFixed(decimals);
}

/**
 * @param {number} width
 * @param {Picture} picture
 * @param {import('./feed.js').Period} period
 * @returns {[number, number] | null} Left and right, CSS px; null when it is not in the picture.
 */
function edges(width, picture, period) {
  const span = picture.to - picture.from;
  const right = period.open ? Math.max(period.to, picture.to) : period.to;
  if (right < picture.from || period.from > picture.to) return null;
  const left = Math.max(0, (period.from - picture.from) / span * width);
  return [left, Math.max(left + 3, Math.min(width + 2, (right - picture.from) / span * width))];
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {Picture} picture
 * @param {import('./feed.js').Period} period
 */
function tint(pen, width, picture, period) {
  const at = edges(width, picture, period);
  if (!at) return;
  pen.fillStyle = TINT;
  pen.fillRect(at[0], 0, at[1] - at[0], picture.axisTop);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {Picture} picture
 * @param {import('./feed.js').Period} period
 */
function frame(pen, width, picture, period) {
  const at = edges(width, picture, period);
  if (!at) return;
  pen.strokeStyle = FRAME;
  pen.lineWidth = 2;
  pen.setLineDash([7, 5]);
  pen.strokeRect(at[0], 1, at[1] - at[0], picture.axisTop - 2);
  pen.setLineDash([]);
  if (at[1] - at[0] < 24) return;
  const word = at[1] - at[0] > 90 ? '▲ Anomaly' : '▲';
  pen.font = 'bold ' + FONT;
  const wide = pen.measureText(word).width + 10;
  const x = Math.max(at[0], 0);
  pen.fillStyle = FRAME;
  pen.fillRect(x, 0, wide, 18);
  pen.fillStyle = '#fff';
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(word, x + 5, 9.5);
  pen.font = FONT;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {Picture} picture
 * @param {number} x
 */
function readout(pen, width, picture, x) {
  pen.strokeStyle = INK;
  pen.lineWidth = 1;
  line(pen, x, 0, x, picture.axisTop);
  const right = x > width - 120;
  for (const lane of picture.lanes) {
    const column = nearest(lane.min, Math.floor(x / width * lane.min.length));
    const scale = scaleOf(lane, picture.limit);
    if (column < 0 || !scale) continue;
    const low = short(lane.min[column], scale);
    const high = short(lane.max[column], scale);
    label(pen, low === high ? low : `${low} … ${high}`, x + (right ? -5 : 5), lane.top + lane.height / 2, right ? 'right' : 'left', 'middle');
  }
  const time = clock(picture.from + x / width * (picture.to - picture.from)) + ' UTC';
  pen.fillStyle = INK;
  const wide = pen.measureText(time).width + 10;
  const left = Math.min(Math.max(0, x - wide / 2), width - wide);
  pen.fillRect(left, picture.axisTop + 3, wide, 20);
  pen.fillStyle = '#fff';
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(time, left + 5, picture.axisTop + 13);
}

/**
 * @param {Float64Array} column
 * @param {number} at
 */
function nearest(column, at) {
  for (let d = 0; d < 30; d++) {
    if (at - d >= 0 && !Number.isNaN(column[at - d])) return at - d;
    if (at + d < column.length && !Number.isNaN(column[at + d])) return at + d;
  }
  return -1;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 */
function line(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}
