// @ts-check
// One window of an asset's past: asked for once as lowest and highest per column, then kept up to date by the tail of each live frame.
import { clock, draw, GUTTER_PX } from './lanes.js';

/**
 * @typedef {import('./feed.js').Frame} Frame
 * @typedef {import('./feed.js').Period} Period
 * @typedef {{ t: number[], v: number[] }[]} Series
 * @typedef {{ min: (number | null)[], max: (number | null)[] }} Reply
 */

const COLUMNS_MAX = 1200;
const AXIS_PX = 28;
const SPANS_S = [60, 300, 900, 3600];

export class Trend {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {string} asset
   */
  constructor(canvas, asset) {
    this.canvas = canvas;
    this.asset = asset;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    this.labels = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.lane')]);
    /** What is drawn. It changes only when the server has answered, so an outage leaves the picture as it was. */
    this.span = 300_000;
    this.columns = 600;
    this.live = true;
    /** What was asked for: end in ms, or null for live. */
    this.want = { span: this.span, columns: this.columns, end: /** @type {number | null} */ (null) };
    /** Event time of the newest sample, ms; NaN before the first. */
    this.edge = NaN;
    /** First column, counted in column widths since 1970, so that columns keep their borders while the window moves. */
    this.base = 0;
    /** @type {Float64Array[]} Lowest per series: signals, score, threshold. */
    this.min = [];
    /** @type {Float64Array[]} */
    this.max = [];
    /** @type {Period[]} */
    this.periods = [];
    /** @type {number | null} */
    this.cursor = null;
    /** Tails that came while a window was under way. Folding one in twice does no harm. */
    this.waiting = /** @type {Series[] | null} */ (null);
    this.asked = 0;
    this.drawing = false;
    this.controls();
    new ResizeObserver(() => this.size()).observe(canvas);
    this.size();
  }

  get width() { return this.span / this.columns; }

  /** @param {Frame} frame */
  frame(frame) {
    const tail = frame.tail;
    if (!tail) return;
    this.periods = tail.periods;
    const first = Number.isNaN(this.edge);
    if (tail.edge !== undefined) this.edge = tail.edge;
    if (first && !Number.isNaN(this.edge)) this.reload();
    else if (this.live && this.min.length > 0) this.move();
    this.waiting?.push(tail.series);
    this.fold(tail.series);
    this.redraw();
  }

  /** Asks for the whole window; the answer to an older question is thrown away. */
  async reload() {
    const asked = ++this.asked;
    const want = { ...this.want };
    const width = want.span / want.columns;
    const end = Math.floor((want.end ?? this.edge) / width) + 1;
    if (Number.isNaN(end)) return;
    const query = `columns=${want.columns}&from=${((end - want.columns) * width).toFixed(3)}&to=${(end * width).toFixed(3)}`;
    this.waiting = [];
    try {
      const reply = await fetch(`/api/v1/assets/${encodeURIComponent(this.asset)}/trend?${query}`);
      if (!reply.ok || asked !== this.asked) return;
      const trend = await reply.json();
      if (asked === this.asked) this.take(trend, end - want.columns, want);
    } catch {
      // The service is away. The feed says so on the screen and asks again when it is back.
    } finally {
      if (asked === this.asked) this.waiting = null;
    }
  }

  /**
   * @param {{ signals: Reply[], score: Reply, threshold: Reply, periods: Period[] }} trend
   * @param {number} base
   * @param {{ span: number, columns: number, end: number | null }} want
   */
  take(trend, base, want) {
    const series = [...trend.signals, trend.score, trend.threshold];
    this.span = want.span;
    this.columns = want.columns;
    this.live = want.end === null;
    this.base = base;
    this.min = series.map(s => Float64Array.from(s.min, v => v ?? NaN));
    this.max = series.map(s => Float64Array.from(s.max, v => v ?? NaN));
    this.periods = trend.periods;
    const late = this.waiting ?? [];
    this.waiting = null;
    if (this.live) this.move();
    for (const tail of late) this.fold(tail);
    this.redraw();
  }

  /** Moves the window so that its last column holds the edge. */
  move() {
    const base = Math.floor(this.edge / this.width) + 1 - this.columns;
    const by = base - this.base;
    if (by === 0) return;
    if (by < 0 || by >= this.columns) {
      // The source's clock jumped, or a replay began again.
      if (this.waiting === null) this.reload();
      return;
    }
    for (const side of [this.min, this.max]) {
      for (const column of side) {
        column.copyWithin(0, by);
        column.fill(NaN, this.columns - by);
      }
    }
    this.base = base;
  }

  /** @param {Series} series */
  fold(series) {
    for (let s = 0; s < Math.min(series.length, this.min.length); s++) {
      const { t, v } = series[s];
      for (let i = 0; i < t.length; i++) {
        const column = Math.floor(t[i] / this.width) - this.base;
        if (column < 0 || column >= this.columns) continue;
        if (!(this.min[s][column] <= v[i])) this.min[s][column] = v[i];
        if (!(this.max[s][column] >= v[i])) this.max[s][column] = v[i];
      }
    }
  }

  size() {
    const box = this.canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.max(1, Math.round(box.width * ratio));
    this.canvas.height = Math.max(1, Math.round(box.height * ratio));
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const columns = Math.max(50, Math.min(COLUMNS_MAX, Math.floor(box.width - GUTTER_PX)));
    if (columns !== this.want.columns) {
      this.want.columns = columns;
      this.reload();
    }
    this.redraw();
  }

  redraw() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.paint();
    });
  }

  paint() {
    if (this.min.length === 0) return;
    const box = this.canvas.getBoundingClientRect();
    const from = this.base * this.width;
    draw(this.pen, box.width, box.height, {
      lanes: this.labels.map((label, i) => this.lane(label, i, box.top)),
      limit: this.max[this.max.length - 1],
      from,
      to: from + this.span,
      periods: this.periods,
      cursor: this.cursor,
      axisTop: box.height - AXIS_PX,
    });
    const word = document.getElementById('trend-word');
    if (word) word.textContent = `${clock(from)} to ${clock(from + this.span)} UTC`;
  }

  /**
   * @param {HTMLElement} label
   * @param {number} index
   * @param {number} top
   * @returns {import('./lanes.js').Lane}
   */
  lane(label, index, top) {
    const box = label.getBoundingClientRect();
    return {
      top: box.top - top,
      height: box.height,
      low: numberOf(label.dataset.low),
      high: numberOf(label.dataset.high),
      score: label.dataset.lane === 'score',
      min: this.min[index],
      max: this.max[index],
    };
  }

  // ---- buttons, keys, pointer ----

  controls() {
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('[data-span]')))
      button.addEventListener('click', () => this.setSpan(Number(button.dataset.span)));
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('[data-go]')))
      button.addEventListener('click', () => this.go(button.dataset.go ?? ''));
    this.canvas.addEventListener('keydown', e => {
      const act = this.keys()[e.key];
      if (!act) return;
      e.preventDefault();
      act();
    });
    const point = (/** @type {PointerEvent} */ e) => {
      this.cursor = e.clientX - this.canvas.getBoundingClientRect().left;
      this.redraw();
    };
    this.canvas.addEventListener('pointermove', point);
    this.canvas.addEventListener('pointerdown', point);
    this.canvas.addEventListener('pointerleave', () => { this.cursor = null; this.redraw(); });
  }

  /** @returns {Record<string, () => void>} */
  keys() {
    const at = SPANS_S.indexOf(this.want.span / 1000);
    return {
      ArrowLeft: () => this.go('earlier'),
      ArrowRight: () => this.go('later'),
      Home: () => this.go('live'),
      '+': () => this.setSpan(SPANS_S[Math.max(0, at - 1)]),
      '-': () => this.setSpan(SPANS_S[Math.min(SPANS_S.length - 1, at + 1)]),
    };
  }

  /** @param {number} seconds */
  setSpan(seconds) {
    this.want.span = seconds * 1000;
    press('[data-span]', b => Number(b.dataset.span) === seconds);
    this.reload();
  }

  /** @param {string} where earlier, later or live. */
  go(where) {
    const end = this.want.end ?? this.edge;
    if (where === 'earlier') this.want.end = end - this.want.span / 2;
    // Whoever comes back to the present wants it to go on.
    if (where === 'later') this.want.end = end + this.want.span / 2 < this.edge ? end + this.want.span / 2 : null;
    if (where === 'live') this.want.end = null;
    press('[data-go=live]', () => this.want.end === null);
    this.reload();
  }
}

/**
 * @param {string} which
 * @param {(button: HTMLElement) => boolean} is
 */
function press(which, is) {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(which)))
    button.setAttribute('aria-pressed', String(is(button)));
}

/** @param {string | undefined} text */
function numberOf(text) {
  return text === undefined || text === '' ? null : Number(text);
}
