// When a network's prediction for a drawing is called "not sure": the same questions, in the same order, as in
// `lenet/evaluation/abstention.py` and `out_of_distribution.py`, which say why these.

import { SIZE, rounded } from "./rasterization.js";

const [LEAST_INK, MOST_INK] = [0.035, 0.3]; // mean of the image, 0–1
const [IS_INK, SQUARE, MOST_SOLID] = [110, 5, 25]; // of 255; pixels of a side; places where such a square fits
const DIGITS = "0,1,2,3,4,5,6,7,8,9"; // classes
const LEAST_LIKE = 0.1; // probability of the digit by the second network
const NO_DIGIT = 10; // its last class
const LEAST_PROBABLE = 0.75; // on average of the drawing and its variants

// Each variant: shift right and down in pixels, rotation in degrees, zoom, slant.
const VARIANTS = [
  [1.5, 0, 0, 1, 0], [-1.5, 0, 0, 1, 0], [0, 1.5, 0, 1, 0], [0, -1.5, 0, 1, 0],
  [0, 0, 12, 1, 0], [0, 0, -12, 1, 0], [0, 0, 0, 0.85, 0], [0, 0, 0, 1.12, 0],
  [0, 0, 0, 1, 0.25], [0, 0, 0, 1, -0.25],
];

// Where a pixel of a variant comes from: x, y in the image.
function source([right, down, degrees, zoom, slant], column, row) {
  const angle = (degrees * Math.PI) / 180;
  const [x, y] = [column - 13.5 - right, row - 13.5 - down];
  const slanted = x + slant * y;
  return [
    (Math.cos(angle) * slanted - Math.sin(angle) * y) / zoom + 13.5,
    (Math.sin(angle) * slanted + Math.cos(angle) * y) / zoom + 13.5,
  ];
}

function moved(pixels, variant) {
  const at = (x, y) => (x < 0 || y < 0 || x >= SIZE || y >= SIZE ? 0 : pixels[y * SIZE + x]);
  return Uint8Array.from(pixels, (_, index) => {
    const [x, y] = source(variant, index % SIZE, Math.floor(index / SIZE));
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [x - left, y - top];
    const above = at(left, top) * (1 - right) + at(left + 1, top) * right;
    const below = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
    return rounded(Math.fround(above * (1 - down) + below * down));
  });
}

// The drawing a little moved, turned, scaled and slanted: (28 × 28) Uint8Array each.
export function variants(pixels) {
  return VARIANTS.map((variant) => moved(pixels, variant));
}

function solidSquares(pixels) {
  let count = 0;
  for (let top = 0; top <= SIZE - SQUARE; top += 1) {
    for (let left = 0; left <= SIZE - SQUARE; left += 1) {
      let isSolid = true;
      for (let place = 0; place < SQUARE * SQUARE && isSolid; place += 1) {
        isSolid = pixels[(top + Math.floor(place / SQUARE)) * SIZE + left + (place % SQUARE)] > IS_INK;
      }
      count += isSolid;
    }
  }
  return count;
}

function unusualInk(pixels) {
  const ink = pixels.reduce((sum, each) => sum + each, 0) / pixels.length / 255;
  if (ink < LEAST_INK) return "There is too little ink for a digit: a dot or a short line.";
  if (ink > MOST_INK || solidSquares(pixels) > MOST_SOLID) return "There is too much ink for a digit: areas are filled.";
  return "";
}

function largest(values) {
  return values.reduce((best, each, index) => (each > values[best] ? index : best), 0);
}

function percent(share) {
  return `${rounded(100 * share)} %`;
}

function likeness(found) {
  if (found === NO_DIGIT) return "is more like a letter, a sign, a scribble or two digits than like one digit";
  return `is shaped more like a ${found}`;
}

function unlikeADigit(pixels, first, noDigit) {
  const secondLook = noDigit.predict(pixels);
  return secondLook[first] < LEAST_LIKE ? `It says ${first}, but this ${likeness(largest(secondLook))}.` : "";
}

// Whether a network's classes are the ten digits.
export function areDigits(names) {
  return names.join() === DIGITS;
}

// Why a prediction is not to be believed, a sentence; "" where it is.
// probabilities: of the drawing, then of its variants, (classes,) each; noDigit: the network that knows what is none as
// well, which is asked of digits alone; names: of the classes.
export function doubt(pixels, outputs, noDigit, names) {
  if (!pixels.some((each) => each > 0)) return "Nothing is drawn.";
  const first = largest(outputs[0]);
  const ofDigits = areDigits(names);
  const unusual = ofDigits && (unusualInk(pixels) || unlikeADigit(pixels, first, noDigit));
  if (unusual) return unusual;
  const mean = Array.from(outputs[0], (_, index) => outputs.reduce((sum, each) => sum + each[index], 0) / outputs.length);
  if (mean[first] >= LEAST_PROBABLE) return "";
  const second = largest(mean.map((each, index) => (index === first ? -1 : each)));
  const [one, other] = [first, second].map((each) => `${names[each]} (${percent(mean[each])})`);
  const what = ofDigits ? "digit" : "class";
  return `More than one ${what} is possible: ${one} or ${other} on average when it is moved and turned a little.`;
}
