// @ts-check
// Puts the words and places of a frame where the page says they belong. Nothing is formatted here: the server did, once.

/** @typedef {import('./feed.js').Frame} Frame */

/**
 * @param {Document} page
 * @returns {(frame: Frame) => void}
 */
export function bindPage(page) {
  const texts = byKey(page, 'k');
  const marks = byKey(page, 'mark');
  const widths = byKey(page, 'w');
  const places = byKey(page, 'x');
  const lines = byKey(page, 'line');
  /** @type {Map<string, string>} */
  const spokenStates = new Map();

  return frame => {
    each(texts, frame.text, (element, text) => { if (element.textContent !== text) element.textContent = text; });
    each(marks, frame.mark, (element, state) => { if (element.dataset.state !== state) element.dataset.state = state; });
    each(widths, frame.share, (element, share) => place(element, 'width', share));
    each(places, frame.share, (element, share) => place(element, 'x', share));
    each(lines, frame.line, (element, points) => { if (element.getAttribute('points') !== points) element.setAttribute('points', points); });
    speak(page, frame, spokenStates);
  };
}

/**
 * @param {Document} page
 * @param {string} name Of the data attribute.
 * @returns {Map<string, (HTMLElement | SVGElement)[]>}
 */
function byKey(page, name) {
  const found = new Map();
  for (const element of page.querySelectorAll(`[data-${name}]`)) {
    const key = element.getAttribute(`data-${name}`);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(element);
  }
  return found;
}

/**
 * @template T
 * @param {Map<string, (HTMLElement | SVGElement)[]>} elements
 * @param {Record<string, T>} values
 * @param {(element: HTMLElement | SVGElement, value: T) => void} put
 */
function each(elements, values, put) {
  for (const [key, list] of elements) {
    if (key in values) for (const element of list) put(element, values[key]);
  }
}

/**
 * @param {HTMLElement | SVGElement} element
 * @param {string} attribute
 * @param {number | null} share 0 to 1.
 */
function place(element, attribute, share) {
  element.dataset.absent = share === null ? 'yes' : 'no';
  if (share !== null) element.setAttribute(attribute, (share * 100).toFixed(2) + '%');
}

/**
 * Changes of state are spoken to screen readers; the numbers, four times a second, are not.
 * @param {Document} page
 * @param {Frame} frame
 * @param {Map<string, string>} states
 */
function speak(page, frame, states) {
  const changed = [];
  for (const [key, text] of Object.entries(frame.text)) {
    if (!key.endsWith('.state')) continue;
    if (states.has(key) && states.get(key) !== text) changed.push(`${key.slice(0, -'.state'.length)}: ${text}`);
    states.set(key, text);
  }
  const spoken = page.getElementById('spoken');
  if (spoken && changed.length > 0) spoken.textContent = changed.join('. ');
}
