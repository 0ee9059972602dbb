// @ts-check
// The page is whole as the server sent it. This keeps it up to date.
import { bindPage } from './bind.js';
import { follow } from './feed.js';
import { Trend } from './trend.js';

const asset = document.body.dataset.asset ?? '';
const bind = bindPage(document);
const canvas = /** @type {HTMLCanvasElement | null} */ (document.getElementById('plot'));
const trend = canvas ? new Trend(canvas, asset) : null;

follow(asset, {
  frame(frame) {
    bind(frame);
    trend?.frame(frame);
  },
  gap() {
    trend?.reload();
  },
});
