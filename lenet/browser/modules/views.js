// What is shown of a live answer: the 28×28 pixels, the prediction with its bars, the feature maps of each layer.
//
// Each view draws into an element of its own, in place; colors of words are the page's.

import { BOX, SIZE, centerOfMass } from "./rasterization.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, ROW] = [300, 20]; // of a prediction's picture, and of one bar's line in it
const BAR = "#0d847c";
const LARGE_LETTER = 150; // pixels of a single letter among words, for a projector
const MOST_BARS = 12; // of more classes the most probable ones are shown
const [LETTER, MOST_LABEL] = [0.62, 132]; // width of a letter, of its height; of the words beside the bars
const [BOX_COLOR, CENTER_COLOR, MIDDLE_COLOR] = ["#ff9f5a", "#4fd1c5", "#9fb0ac"]; // on black
const [NEGATIVE, ZERO, POSITIVE] = [[33, 102, 172], [247, 247, 247], [178, 24, 43]]; // blue, white, red

function svg(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

// 0.984 → 98.4 %; never 0 % nor 100 %: what rounding leaves of a probability is no certainty.
function percent(share) {
  const value = 100 * share;
  if (value < 0.1) return "< 0.1 %";
  if (value > 99.9) return "> 99.9 %";
  return `${value.toFixed(1)} %`;
}

// The most probable classes, the first one first.
function best(probabilities) {
  return [...probabilities.keys()].toSorted((one, other) => probabilities[other] - probabilities[one]);
}

function twoBest(probabilities) {
  return best(probabilities).slice(0, 2);
}

// The letters and signs of a name, as a person counts them: an emoji may be seven characters.
function lettersOf(name) {
  return Intl.Segmenter ? Array.from(new Intl.Segmenter().segment(name), ({ segment }) => segment) : [...name];
}

// Emoji are about twice as wide as letters.
function widthOf(name, size) {
  const letters = lettersOf(name);
  const wide = letters.filter((each) => /\p{Extended_Pictographic}/u.test(each)).length;
  return (letters.length + 0.7 * wide) * LETTER * size;
}

// The name, or its beginning, in so many pixels.
function fitting(name, size, width) {
  const letters = lettersOf(name);
  while (letters.length > 1 && widthOf(`${letters.join("")}…`, size) > width) letters.pop();
  return widthOf(name, size) <= width ? name : `${letters.join("")}…`;
}

function inWords({ probabilities, classes, isUnsure }) {
  if (!probabilities) return "No prediction yet";
  const [first, second] = twoBest(probabilities).map((each) => `${classes[each]}, ${percent(probabilities[each])}`);
  return `${isUnsure ? "Not sure: " : ""}${first}; then ${second}`;
}

// The pixels that the network sees, the box of the ink and its center of mass.
export class PixelsView {
  constructor(element, label) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = SIZE;
    this.canvas.className = "pixels";
    this.marks = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "marks", "aria-hidden": "true" });
    const edge = (SIZE - BOX) / 2;
    const thin = { fill: "none", "stroke-width": 0.22 };
    svg("rect", { x: edge, y: edge, width: BOX, height: BOX, stroke: MIDDLE_COLOR, "stroke-dasharray": "0.5 0.5", ...thin }, this.marks);
    this.box = svg("rect", { stroke: BOX_COLOR, ...thin }, this.marks);
    this.cross = svg("path", { stroke: CENTER_COLOR, "stroke-width": 0.4 }, this.marks);
    element.replaceChildren(this.canvas, this.marks);
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", label);
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(SIZE, SIZE);
  }

  show(pixels) {
    const words = new Uint32Array(this.image.data.buffer); // RGBA, little-endian
    for (let index = 0; index < words.length; index += 1) words[index] = 0xff000000 | ((pixels?.[index] ?? 0) * 0x010101);
    this.context.putImageData(this.image, 0, 0);
    const hasInk = pixels?.some((each) => each > 0) ?? false;
    this.marks.style.display = hasInk ? "" : "none";
    if (hasInk) this.mark(pixels);
  }

  mark(pixels) {
    let [left, top, right, bottom] = [SIZE, SIZE, 0, 0];
    pixels.forEach((value, index) => {
      if (!value) return;
      const [x, y] = [index % SIZE, Math.floor(index / SIZE)];
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
    });
    const [x, y] = centerOfMass(pixels);
    for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) {
      this.box.setAttribute(name, value);
    }
    this.cross.setAttribute("d", `M${x - 1.4} ${y}h2.8M${x} ${y - 1.4}v2.8`);
  }
}

// The first and the second class in large letters, and every probability as a bar.
class PredictionView {
  // isLarge: for a projector; the first class fills the width.
  constructor(element, classes, isLarge = false) {
    Object.assign(this, { classes, isLarge });
    const top = isLarge ? 262 : 100;
    const count = Math.min(classes.length, MOST_BARS);
    this.picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${top + ROW * count}`, role: "img", class: "prediction" });
    this.hint = this.text(0, top / 2 + 10, 26, "", { opacity: 0.75 });
    this.large = this.texts();
    this.label = Math.min(MOST_LABEL, Math.max(20, 8 + Math.max(...classes.map((name) => widthOf(name, 16)))));
    this.bars = classes.slice(0, count).map((name, index) => this.bar(name, top + index * ROW));
    element.replaceChildren(this.picture);
  }

  text(x, y, size, words, more = {}) {
    const element = svg("text", { x, y, "font-size": size, fill: "currentColor", ...more }, this.picture);
    element.textContent = words;
    return element;
  }

  texts() {
    const isShort = this.classes.every((name) => lettersOf(name).length === 1);
    const end = { "text-anchor": "end" };
    if (this.isLarge) {
      const first = this.text(0, 184, isShort ? 250 : 84, "", { "font-weight": 600 });
      return [first, this.text(WIDTH, 112, 33, "", { "font-weight": 600, ...end }), this.text(WIDTH, 234, 25, "", { opacity: 0.8, ...end })];
    }
    const first = this.text(0, isShort ? 85 : 30, isShort ? 116 : 34, "", { "font-weight": 600 });
    const left = isShort ? 12 + Math.max(...this.classes.map((name) => widthOf(name, 116))) : 0;
    return [first, this.text(left, isShort ? 42 : 62, isShort ? 31 : 24, "", { "font-weight": 600 }), this.text(left, isShort ? 76 : 86, 18, "", { opacity: 0.8 })];
  }

  // Words of a line of their own; smaller where they would leave the picture.
  write(line, words) {
    if (line.textContent === words) return;
    line.textContent = words;
    line.size ??= Number(line.getAttribute("font-size"));
    const isLetter = this.isLarge && line === this.large[0] && lettersOf(words).length === 1;
    line.setAttribute("font-size", isLetter ? Math.max(line.size, LARGE_LETTER) : line.size);
    const room = line.hasAttribute("text-anchor") ? WIDTH : WIDTH - Number(line.getAttribute("x"));
    const width = words.length * line.size > room ? line.getComputedTextLength() : 0; // measured where it may be too wide
    if (width > room) line.setAttribute("font-size", ((line.size * room) / width).toFixed(1));
  }

  bar(name, y) {
    const full = WIDTH - this.label - 66;
    const place = { x: this.label, y: y + 3, height: 15, rx: 2 };
    const title = this.text(2, y + 16, 16, fitting(name, 16, this.label - 8));
    svg("rect", { ...place, width: full, fill: "currentColor", opacity: 0.09 }, this.picture);
    const share = svg("rect", { ...place, width: 0, fill: BAR }, this.picture);
    return { title, share, full, words: this.text(WIDTH, y + 16, 13, "", { "text-anchor": "end", opacity: 0.8 }) };
  }

  // probabilities: (classes,), or null; hint: words in their place; isUnsure: the first is pale, and its share thin.
  show({ probabilities, hint = "", isUnsure = false }) {
    this.picture.setAttribute("aria-label", inWords({ probabilities, classes: this.classes, isUnsure }));
    this.hint.textContent = probabilities ? "" : hint;
    const [first, second] = probabilities ? twoBest(probabilities) : [];
    const words = probabilities
      ? [this.classes[first], percent(probabilities[first]), `then ${this.classes[second]}, ${percent(probabilities[second])}`]
      : ["", "", ""];
    words.forEach((each, index) => this.write(this.large[index], each));
    for (const each of this.large.slice(0, 2)) each.setAttribute("opacity", isUnsure ? 0.7 : 1);
    this.large[1].setAttribute("font-weight", isUnsure ? 400 : 600);
    const shown = probabilities && this.classes.length > MOST_BARS ? best(probabilities) : [...this.bars.keys()];
    this.bars.forEach(({ title, share, full, words: label }, place) => {
      const index = shown[place];
      if (this.classes.length > MOST_BARS) title.textContent = fitting(this.classes[index], 16, this.label - 8);
      share.setAttribute("width", probabilities ? (full * probabilities[index]).toFixed(2) : 0);
      label.textContent = probabilities ? percent(probabilities[index]) : "";
    });
  }
}

// A prediction, and below it what is doubted of it, or why there is none.
export class AnswerView {
  constructor(element, classes, isLarge = false) {
    const [picture, verdict] = ["div", "p"].map((name) => document.createElement(name));
    verdict.className = "verdict";
    this.badge = document.createElement("b");
    this.badge.textContent = "Not sure";
    this.words = document.createElement("span");
    verdict.append(this.badge, this.words);
    this.picture = new PredictionView(picture, classes, isLarge);
    element.replaceChildren(picture, verdict);
  }

  // doubt: a sentence, "" where nothing is doubted, undefined while that is not known.
  show({ probabilities = null, doubt, hint, problem = "" }) {
    const isUnsure = Boolean(probabilities && doubt);
    this.picture.show({ probabilities, isUnsure, hint });
    this.badge.hidden = !isUnsure;
    this.words.textContent = problem || (isUnsure ? doubt : "");
  }
}

// What those hear who do not see it: all answers in words, said once they are settled.
export class Announcement {
  // A region is read aloud where its words change, so it stays, and is written to only then.
  constructor() {
    this.element = document.createElement("p");
    this.element.className = "heard";
    this.element.setAttribute("role", "status");
  }

  show({ pixels, answers }) {
    if (pixels && answers.some(({ probabilities, doubt }) => probabilities && doubt === undefined)) return;
    const words = pixels ? answers.map(said).filter(Boolean).join(". ") : "";
    if (this.element.textContent !== words) this.element.textContent = words;
  }
}

function said({ name, network, probabilities, problem, doubt }) {
  if (!probabilities) return problem && `${name}: ${problem}`;
  return `${name}: ${inWords({ probabilities, classes: network.classes, isUnsure: Boolean(doubt) })}`;
}

// Maps in rows, as many beside each other as make it about twice as wide as high.
function gridOf(count, height, width) {
  const columns = Math.min(count, Math.max(1, Math.ceil(Math.sqrt((1.6 * count * height) / width))));
  return { columns, rows: Math.ceil(count / columns) };
}

// One layer: its maps as small pictures, units as squares; grey where none is negative, else blue, white and red.
export class LayerView {
  // most: maps that are shown.
  constructor(layer, most = Infinity) {
    const { label, title } = layer;
    const [height, width, channels] = layer.shape.length === 3 ? layer.shape : [1, 1, layer.shape[0]];
    const gap = layer.shape.length === 3 ? 1 : 0;
    const count = gap ? Math.min(most, channels) : channels;
    const grid = gridOf(count, height, width);
    Object.assign(this, { height, width, channels, count, gap, ...grid });
    this.figure = document.createElement("figure");
    this.canvas = document.createElement("canvas");
    this.canvas.width = grid.columns * (width + gap) - gap;
    this.canvas.height = grid.rows * (height + gap) - gap;
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", `${label}, ${title}, ${layer.shape.join("×")}`);
    const caption = document.createElement("figcaption");
    const name = document.createElement("b");
    name.textContent = label;
    caption.append(name, ` ${layer.shape.join("×")}`);
    this.figure.title = title;
    this.figure.append(this.canvas, caption);
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(this.canvas.width, this.canvas.height);
    this.words = new Uint32Array(this.image.data.buffer);
  }

  // output: Float32Array of the layer's shape, channels last; null: nothing is drawn.
  show(output) {
    this.image.data.fill(0);
    if (output) this.paint(output, colorsOf(output));
    this.context.putImageData(this.image, 0, 0);
  }

  paint(output, { table, scale, shift }) {
    const { height, width, channels, count, gap, columns } = this;
    const across = this.canvas.width;
    const words = this.words;
    for (let map = 0; map < count; map += 1) {
      const [top, left] = [Math.floor(map / columns) * (height + gap), (map % columns) * (width + gap)];
      for (let row = 0; row < height; row += 1) {
        const [from, to] = [row * width * channels + map, (top + row) * across + left];
        for (let column = 0; column < width; column += 1) {
          words[to + column] = table[(output[from + column * channels] * scale + shift) | 0];
        }
      }
    }
  }
}

// A color of each strength from full blue to full red, as the words of an image (RGBA, little-endian).
const DIVERGING = Uint32Array.from({ length: 511 }, (_, index) => {
  const [strength, end] = [Math.abs(index - 255) / 255, index < 255 ? NEGATIVE : POSITIVE];
  const [red, green, blue] = ZERO.map((zero, at) => Math.trunc(zero + (end[at] - zero) * strength));
  return 0xff000000 | (blue << 16) | (green << 8) | red;
});
const GREY = Uint32Array.from({ length: 256 }, (_, level) => 0xff000000 | (level * 0x010101));

// Of which table the colors of these values are, and how a value becomes a place in it: × scale + shift.
function colorsOf(output) {
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < output.length; index += 1) {
    const value = output[index];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low >= 0) {
    const scale = high > low ? 255 / (high - low) : 0;
    return { table: GREY, scale, shift: -low * scale };
  }
  return { table: DIVERGING, scale: 255 / (Math.max(-low, high) || 1), shift: 255.5 };
}

// Layer by layer, those that do something.
export class MapsView {
  constructor(element) {
    this.element = element;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", "Feature maps");
  }

  // network: a `Network` whose layers hold what they gave; isEmpty: nothing is drawn.
  show(network, isEmpty) {
    if (network !== this.network) this.build(network);
    this.views.forEach(({ view, layer }) => view.show(isEmpty ? null : layer.output));
  }

  build(network) {
    this.network = network;
    const shown = (network?.layers ?? []).filter((layer) => !layer.isSilent);
    this.views = shown.map((layer) => ({ layer, view: new LayerView(layer) }));
    this.element.replaceChildren(...this.views.map(({ view }) => view.figure));
  }
}
