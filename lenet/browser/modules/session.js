// Live answers: at each frame in which something changed, pixels are made of the strokes, each network answers, and
// all views that have joined are drawn. Where the pen rests, it is asked whether the answers are to be believed.

import { areDigits, doubt, variants } from "./abstention.js";
import { Drawing } from "./drawing.js";
import { places } from "./layers/shapes.js";
import { Networks } from "./networks.js";

const REST = 100; // milliseconds without a change until doubts are worked out
const AGAIN = 1000; // milliseconds until they are tried again, where what they need did not come
const DRAWING = "28,28,1"; // the shape of an image

export class Session {
  // load: as `Networks` takes it; noDigit: () → a promise of the network that `doubt` asks; expectsDrawings: whether
  // networks of other classes than digits are doubted, too.
  constructor(load, noDigit, expectsDrawings = true) {
    this.drawing = new Drawing();
    this.image = undefined; // pixels that are looked at in place of a drawing; null: there are none yet
    this.said = ""; // what is doubted of them already, whatever a network says
    this.views = new Set();
    this.networks = new Networks(load, () => this.schedule());
    Object.assign(this, { noDigit, expectsDrawings });
    this.models = []; // names, in the order in which they are shown
    this.doubted = { pixels: null, reasons: new Map() }; // of which pixels, and of each network what is doubted
  }

  // view: an object with `show({ pixels, answers, session })`, called at each change until it `isGone()`. → a function
  // that ends that.
  join(view) {
    this.views.add(view);
    this.networks.want(this.models);
    this.schedule();
    return () => {
      this.views.delete(view);
      this.schedule();
    };
  }

  setModels(names) {
    this.models = names;
    this.networks.want(names);
    this.schedule();
  }

  setModel(index, name) {
    this.setModels(this.models.with(index, name));
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = null;
    for (const view of this.views) if (view.isGone?.()) this.views.delete(view);
    if (!this.views.size) {
      this.networks.want([]); // the page has been left
      return;
    }
    const pixels = this.image === undefined ? this.drawing.pixels() : this.image;
    this.forgetDoubts(pixels);
    const answers = this.models.map((name) => this.answer(name, pixels));
    for (const view of this.views) view.show({ pixels, answers, session: this });
    if (pixels && !this.drawing.growing) this.doubtLater(pixels, answers);
  }

  // → name, network or null, why there is none, (classes,) probabilities or null, and what is doubted: a sentence,
  // "" where nothing is, undefined while that is not known.
  answer(name, pixels) {
    const { network, problem } = this.networks.get(name);
    const fits = network && pixels?.length === places(network.description.image_shape);
    const probabilities = fits ? network.predict(pixels) : null;
    return { name, network, problem, probabilities, doubt: this.said || this.doubted.reasons.get(network) };
  }

  forgetDoubts(pixels) {
    clearTimeout(this.timer);
    const { pixels: before } = this.doubted;
    const isSame = before && pixels && before.every((each, index) => each === pixels[index]);
    if (!isSame) this.doubted = { pixels, reasons: new Map() };
  }

  doubtLater(pixels, answers) {
    const open = answers.filter(({ probabilities, doubt: known }) => probabilities && known === undefined);
    if (open.length && !this.doubted.isUnderWay) this.timer = setTimeout(() => this.doubtAll(open, this.doubted), REST);
  }

  // One image after the other, with room for a frame between.
  async doubtAll(answers, doubted) {
    doubted.isUnderWay = true;
    try {
      await this.doubtEach(answers, doubted, await this.noDigit());
    } catch {
      // who has that network is away: once more, later
    }
    doubted.isUnderWay = false;
    if (doubted === this.doubted) setTimeout(() => this.schedule(), doubted.reasons.size ? 0 : AGAIN);
  }

  async doubtEach(answers, doubted, noDigit) {
    let moved = null;
    for (const { network } of answers) {
      const reason = this.reasonOfKind(network);
      if (reason !== null) {
        doubted.reasons.set(network, reason);
        continue;
      }
      const found = [network.predict(doubted.pixels)];
      moved ??= variants(doubted.pixels);
      for (const each of moved) {
        await new Promise((resolve) => setTimeout(resolve));
        if (doubted !== this.doubted) return; // another drawing
        found.push(network.predict(each));
      }
      doubted.reasons.set(network, doubt(doubted.pixels, found, noDigit, network.classes));
    }
  }

  // Of a network that knows no drawings, or of other images: what is doubted; null where that is to be worked out.
  reasonOfKind({ classes, description }) {
    const ofDigits = areDigits(classes);
    if (description.image_shape.join() !== DRAWING || (!ofDigits && !this.expectsDrawings)) return "";
    if (ofDigits || description.is_drawn) return null;
    return `This model was not trained on digits, but on ${classes.slice(0, 3).join(", ")} and so on.`;
  }
}
