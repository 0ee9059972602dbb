// @ts-check
// Live frames over server-sent events. Data age is the truth, not socket state: what counts is when the last frame came.

/**
 * @typedef {object} Frame
 * @property {number} seq
 * @property {number} now Box clock, ms since 1970.
 * @property {string} shape
 * @property {Record<string, string>} text
 * @property {Record<string, string>} mark
 * @property {Record<string, number | null>} share
 * @property {Record<string, string>} line
 * @property {Tail} [tail]
 *
 * @typedef {object} Tail
 * @property {number} [edge] Event time at the right edge, ms.
 * @property {{ t: number[], v: number[] }[]} series Signals in order, score, threshold.
 * @property {Period[]} periods
 *
 * @typedef {{ from: number, to: number, open: boolean, peak?: number, reason: string }} Period
 */

const OLD_AFTER_MS = 2000;
const REOPEN_AFTER_MS = 5000;
const CHECK_EVERY_MS = 250;

/**
 * Follows until the page goes. A hidden page lets go of its connection: a browser allows only six to one server over plain HTTP,
 * and the seventh tab would not load at all.
 * @param {string} asset Whose trend comes along; empty for none.
 * @param {{ frame: (frame: Frame) => void, gap: () => void }} page
 */
export function follow(asset, page) {
  const url = '/api/v1/stream' + (asset ? '?asset=' + encodeURIComponent(asset) : '');
  /** @type {EventSource | null} */
  let source = null;
  let lastSeq = -1;
  let lastAt = performance.now();
  let openedAt = lastAt;
  let everCame = false;

  const open = () => {
    source?.close();
    openedAt = performance.now();
    lastSeq = -1;
    source = new EventSource(url);
    source.addEventListener('frame', e => take(JSON.parse(/** @type {MessageEvent} */(e).data)));
  };

  /** @param {Frame} frame */
  const take = frame => {
    if (frame.shape !== document.body.dataset.shape) {
      // Another build, another arm or another source: the page itself is out of date.
      source?.close();
      location.reload();
      return;
    }
    const whole = lastSeq >= 0 && frame.seq === lastSeq + 1;
    lastSeq = frame.seq;
    lastAt = performance.now();
    everCame = true;
    page.frame(frame);
    if (!whole) page.gap();
    show();
  };

  const show = () => {
    const age = performance.now() - lastAt;
    const state = !everCame && age < OLD_AFTER_MS ? 'waiting' : age > OLD_AFTER_MS ? 'old' : 'live';
    const word = state === 'waiting' ? 'Waiting for data' : state === 'live' ? 'Live' : `No data for ${spoken(age)}`;
    setText('feed-word', word);
    setText('stale', state === 'old' ? `All values on this screen are ${spoken(age)} old or older. The screen recovers by itself when the service answers again.` : '');
    document.body.dataset.feed = state;
  };

  const check = () => {
    if (document.visibilityState === 'hidden') return;
    const now = performance.now();
    // EventSource gives up for good after some errors, and a dead network can leave it open for minutes.
    const dead = source === null || source.readyState === EventSource.CLOSED || now - lastAt > REOPEN_AFTER_MS;
    if (dead && now - openedAt > (source?.readyState === EventSource.CLOSED ? 1000 : REOPEN_AFTER_MS)) open();
    show();
  };

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') {
      source?.close();
      source = null;
    } else {
      open();
      show();
    }
  });
  // Without this, a page kept in the back/forward cache would come back with a dead stream.
  addEventListener('pageshow', e => { if (e.persisted) open(); });
  open();
  setInterval(check, CHECK_EVERY_MS);
}

/** @param {number} ms */
function spoken(ms) {
  const s = Math.floor(ms / 1000);
  return s < 60 ? `${s} s` : s < 3600 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
}

/**
 * @param {string} id
 * @param {string} text
 */
function setText(id, text) {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) element.textContent = text;
}
