// What is drawn, while it grows: strokes of the pen, those that the server knows of and those that it does not.

import { MOST_POINTS, render } from "./rasterization.js";

const NEAREST = 0.4; // pixels: points that are nearer to the one before are left out, as Fabric's pencil does

// A stroke as Fabric's pencil keeps it: without its last point but one, and without points that lie close.
function thinned(stroke) {
  if (stroke.length <= 2) return stroke;
  const kept = [stroke[0]];
  for (const [x, y] of stroke.slice(1, -2)) {
    const [lastX, lastY] = kept.at(-1);
    if ((x - lastX) ** 2 + (y - lastY) ** 2 >= NEAREST ** 2) kept.push([x, y]);
  }
  return [...kept, stroke.at(-1)];
}

export class Drawing {
  constructor() {
    this.told = []; // strokes that the server has told
    this.own = []; // those that have ended here since, and that it has not heard of
    this.cleared = []; // those of our own that were cleared last: undo on an empty canvas brings them back
    this.growing = null;
    Object.assign(this, { canvas: 1, pen: 1, box: true, center: true, loads: null, isEdited: false });
  }

  get strokes() {
    return [...this.told, ...this.own];
  }

  // What the server says: it has heard of as many of our strokes as it has more than before.
  // loads: how often it had the canvas load something; then it is the server that knows. What grows goes on growing,
  // as the canvas' own pencil has it.
  take({ strokes, loads, ...rest }) {
    const isNew = loads !== this.loads || this.isEdited;
    const heard = isNew ? this.own.length : Math.max(0, strokes.length - this.told.length);
    Object.assign(this, rest, { loads, isEdited: false, told: strokes, own: this.own.slice(heard) });
  }

  begin(point) {
    this.growing = [point];
  }

  move(point) {
    const [x, y] = this.growing.at(-1);
    if (x !== point[0] || y !== point[1]) this.growing.push(point);
  }

  end() {
    if (this.growing) this.own = [...this.own, thinned(this.growing)];
    this.growing = null;
  }

  clear() {
    const cleared = this.own.length ? this.own : this.cleared;
    Object.assign(this, { cleared, own: [], growing: null });
  }

  undo() {
    if (this.own.length) this.own = this.own.slice(0, -1);
    else Object.assign(this, { own: this.cleared, cleared: [] });
  }

  get isEmpty() {
    return !this.told.length && !this.own.length && !this.growing;
  }

  // What the network sees, (28 × 28) Uint8Array; null where nothing is drawn, or more than can be taken.
  pixels() {
    const strokes = [...this.strokes, ...(this.growing ? [this.growing] : [])];
    const points = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    this.hasTooMany = points > MOST_POINTS;
    return this.isEmpty || this.hasTooMany ? null : render({ ...this, strokes }, this);
  }
}
