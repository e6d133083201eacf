// What ticks on the Train page: the figures, curves, kernels and feature maps of the run that is watched.
//
// All parts on a page share one conversation with the server: each question says what the page has, each answer
// brings what is new and when to ask again (`pages/parts/train/live_feed.py`). Curves are drawn by `charts.js`.

import { Chart, colors, lines, loadCharts, rem } from "./charts.js";

const TAB = Math.random().toString(36).slice(2);
const LONGEST_PAUSE = 8000, LONGEST_WAIT = 30_000; // milliseconds: after a question that nobody answered; for an answer
const LEAST_BETWEEN_RUNS = 1000; // milliseconds between two runs of the page that we ask for
const PAST_PAUSE = 5000; // milliseconds until the curve of another run that trains is asked for again
const PAUSE_UNANSWERED = 1000; // milliseconds: the same, where nobody has answered

// One conversation about one run, and the parts of the page that take part in it.

class Conversation {
  constructor(url, run) {
    this.url = url;
    this.run = run;
    this.parts = new Set();
    this.state = { steps: {}, epochs: {} };
    this.pause = 500;
    this.onVisible = () => document.hidden || this.ask();
    document.addEventListener("visibilitychange", this.onVisible);
    this.ask();
  }

  join(part) {
    const isNew = !this.parts.has(part);
    this.parts.add(part);
    if (isNew || part.wantsNow) this.ask();
    else part.show(this.state);
  }

  leave(part) {
    this.parts.delete(part);
    if (this.parts.size) return;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisible);
    conversations.delete(this.run);
  }

  question() {
    const { state } = this;
    const asked = { run: this.run, tab: TAB };
    for (const name of ["figures", "steps", "epochs", "kernels", "maps"]) {
      if (state[name]?.known) asked[name] = state[name].known;
    }
    for (const part of this.parts) Object.assign(asked, part.asks());
    if (asked.image !== state.image) delete asked.maps;
    return asked;
  }

  async ask() {
    clearTimeout(this.timer);
    if (document.hidden && this.answered) return; // asked again when somebody looks
    const number = (this.number = (this.number ?? 0) + 1);
    const asked = this.question();
    const answer = await answerTo(this.url, asked);
    if (number !== this.number || !this.parts.size) return; // a later question has been asked, or nobody looks
    // Where nobody answers, the server is gone: Streamlit says so.
    this.pause = answer ? 1000 * answer.wait : Math.min(LONGEST_PAUSE, 2 * this.pause);
    this.timer = setTimeout(() => this.ask(), this.pause);
    if (answer) this.take(answer, asked);
  }

  take(answer, asked) {
    this.answered = true;
    const { state } = this;
    for (const name of ["steps", "epochs"]) if (answer[name]) state[name] = joined(state[name], answer[name]);
    for (const name of ["figures", "kernels", "maps"]) if (answer[name]) state[name] = answer[name];
    if (asked.image !== state.image) Object.assign(state, { image: asked.image, maps: answer.maps });
    Object.assign(state, { signature: answer.signature, runs: answer.runs, engine: answer.engine, sweep: answer.sweep });
    for (const part of this.parts) part.show(state);
  }
}

async function answerTo(url, asked) {
  try {
    const reply = await fetch(`${url}?${new URLSearchParams(asked)}`, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT) });
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
}

const conversations = new Map();

function conversation(url, run) {
  if (!conversations.has(run)) conversations.set(run, new Conversation(url, run));
  return conversations.get(run);
}

// Columns that were there, as far as they are still right, and the new rows behind them.
export function joined(columns, answer) {
  const { from, known, ...added } = answer;
  const rows = { known };
  for (const [name, values] of Object.entries(added)) rows[name] = (columns[name] ?? []).slice(0, from).concat(values);
  return rows;
}

// Parts

class Part {
  constructor(root) {
    this.root = root;
    this.shown = {};
  }

  asks() {
    return {};
  }

  set(component) {
    this.data = component.data;
    this.trigger = component.setTriggerValue;
  }

  // Run the page again, since `value` is not what it has drawn.
  changed(value) {
    const now = performance.now();
    if (now - (this.ranAt ?? -LEAST_BETWEEN_RUNS) < LEAST_BETWEEN_RUNS) return;
    this.ranAt = now;
    this.trigger("changed", value);
  }

  // Write a text only where it is another one: what stands still costs nothing.
  write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }
}

class Figures extends Part {
  constructor(root) {
    super(root);
    root.classList.add("nothing"); // until the server has said anything
    root.innerHTML = `<p class="engine"></p><dl></dl>
      <div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax="100"><i></i></div>
      <p class="told"><span class="epoch"></span> <span class="message"></span></p>`;
  }

  asks() {
    return this.data.wanted ? { wanted: "1" } : {};
  }

  show(state) {
    this.write(this.root.querySelector(".engine"), state.engine ?? "");
    this.root.classList.toggle("nothing", !state.figures);
    if (state.figures) this.write_figures(state.figures);
    if (state.signature && state.signature !== this.data.signature) this.changed(state.signature);
  }

  write_figures(figures) {
    const list = this.root.querySelector("dl");
    while (list.children.length < figures.metrics.length) {
      list.append(document.createElement("div"));
      list.lastChild.innerHTML = "<dt></dt><dd></dd>";
    }
    figures.metrics.forEach(([label, value], index) => {
      const [name, number] = list.children[index].children;
      this.write(name, label);
      this.write(number, value);
    });
    const bar = this.root.querySelector(".progress");
    bar.setAttribute("aria-valuenow", Math.round(100 * figures.progress));
    bar.setAttribute("aria-label", figures.progress_text);
    bar.firstElementChild.style.width = `${100 * figures.progress}%`;
    this.write(this.root.querySelector(".epoch"), figures.progress_text);
    const words = [figures.progress_text && figures.message ? "· " : "", figures.message];
    this.write(this.root.querySelector(".message"), words.join(""));
  }
}

class Curves extends Part {
  constructor(root, place) {
    super(root);
    this.place = place;
    root.innerHTML = '<p class="none" hidden></p><figure class="loss"></figure><figure class="accuracy"></figure>';
    this.charts = ["loss", "accuracy"].map((measure) => new Chart(root.querySelector(`.${measure}`), measure));
    this.past = new Map();
  }

  set(component) {
    super.set(component);
    for (const { run } of this.data.past) if (!this.past.has(run)) this.askForPast(run);
  }

  // The curves of another run, for comparison: asked for once, and again while it trains or nobody answers.
  async askForPast(run) {
    this.past.set(run, this.past.get(run) ?? null);
    const answer = await answerTo(`${this.place.folder}lenet/live`, { run });
    if (answer?.steps || answer?.epochs) {
      this.past.set(run, { steps: answer.steps ?? {}, epochs: answer.epochs ?? {} });
      if (this.state) this.show(this.state);
    } else if (answer) return void this.past.delete(run); // it has none
    const pause = answer ? PAST_PAUSE : PAUSE_UNANSWERED;
    if (!answer || answer.figures?.active) setTimeout(() => this.root.isConnected && this.askForPast(run), pause);
  }

  show(state) {
    this.state = state;
    const { by, smoothing, log } = this.data;
    const past = this.data.past.map(({ name, run }) => ({ name, rows: this.past.get(run) }));
    this.sayNone(state, by);
    for (const chart of this.charts) {
      const drawn = lines(state, past, chart.measure, by, smoothing);
      chart.figure.hidden = !drawn.some((line) => line.x.length);
      if (chart.figure.hidden) continue;
      chart.draw(drawn, {
        by, log: log && chart.measure === "loss", percent: chart.measure === "accuracy", colors: colors(this.root),
        height: this.data.height,
      });
    }
  }

  // Why the run has no curve, once its figures are known.
  sayNone({ steps, epochs, figures }, by) {
    const none = this.root.querySelector(".none");
    const isThere = by === "Step" ? steps.step?.length : epochs.epoch?.length;
    none.hidden = Boolean(isThere) || !figures;
    if (!none.hidden) this.write(none, NO_CURVE[by][figures.active ? "active" : "over"]);
  }
}

const NO_CURVE = {
  Step: {
    active: "No curve yet: it begins with the first updates of this run.",
    over: "This run has no curve: it ended before its first update.",
  },
  Epoch: {
    active: "No curve by epoch yet: it begins when the first epoch is complete.",
    over: "This run has no curve by epoch: it ended before its first epoch was complete.",
  },
};

class Network extends Part {
  constructor(root) {
    super(root);
    root.innerHTML = `<div><section class="kernels" hidden><h4></h4><img alt="">
      <small></small></section><figure class="rate" hidden></figure></div>
      <section class="maps"><p></p><div></div></section>`;
    this.rate = new Chart(root.querySelector(".rate"), "learning_rate");
  }

  asks() {
    return { image: String(this.data.image ?? 0) };
  }

  set(component) {
    this.wantsNow = this.data !== undefined && this.data.image !== component.data.image;
    super.set(component);
  }

  show(state) {
    this.showKernels(state.kernels);
    this.showMaps(state);
    const by = this.data.by;
    const rows = by === "Step" ? state.steps : state.epochs;
    const rates = rows.learning_rate ?? [];
    const figure = this.root.querySelector(".rate");
    figure.hidden = new Set(rates).size < 2;
    if (figure.hidden) return;
    const line = { name: "learning rate", x: rows[by.toLowerCase()], y: rates, color: 0, width: 2 };
    this.rate.draw([line], { by, colors: colors(this.root), height: 8 * rem() });
  }

  showKernels(kernels) {
    const section = this.root.querySelector(".kernels");
    section.hidden = !kernels;
    if (!kernels || kernels.known === this.shown.kernels) return;
    this.shown.kernels = kernels.known;
    this.write(section.querySelector("h4"), kernels.title);
    this.write(section.querySelector("small"), kernels.words);
    show(section.querySelector("img"), kernels.src, kernels.title);
  }

  showMaps({ maps, kernels, image }) {
    const [words, rows] = this.root.querySelector(".maps").children;
    if (!maps) {
      this.write(words, kernels ? "Feature maps are on their way." : "");
      rows.replaceChildren();
      this.shown.maps = null;
      return;
    }
    const known = `${image} ${maps.known}`;
    if (known === this.shown.maps) return;
    this.shown.maps = known;
    words.innerHTML = "It is <b></b>; the network says <b></b> <i></i> <span></span>";
    const [truth, prediction, sign, probability] = words.children;
    truth.textContent = maps.truth;
    prediction.textContent = maps.prediction;
    sign.textContent = maps.correct ? "✓" : "✗";
    sign.className = maps.correct ? "correct" : "wrong";
    probability.textContent = `(${maps.probability})`;
    while (rows.children.length > maps.rows.length) rows.lastChild.remove();
    while (rows.children.length < maps.rows.length) {
      rows.append(document.createElement("div"));
      rows.lastChild.innerHTML = "<small></small><img>";
    }
    maps.rows.forEach(({ label, src }, index) => {
      const [name, picture] = rows.children[index].children;
      this.write(name, label);
      show(picture, src, `Feature maps of ${label}`);
    });
  }
}

// A picture as large as the letters beside it ask for.
function show(picture, src, alt) {
  picture.onload = () => (picture.style.width = `${picture.naturalWidth / 16}rem`);
  if (picture.src !== src) picture.src = src;
  picture.alt = alt;
}

// Nothing to see: it tells the page that a line of the table of runs has changed.
class Runs extends Part {
  show = ({ runs }) => runs !== undefined && runs !== this.data.runs && this.changed(runs);
}

// The same of a trial of the sweep that has begun or ended.
class Sweep extends Part {
  asks = () => (this.data.sweep ? { sweep: this.data.sweep } : {});
  show = ({ sweep }) =>
    sweep?.id === this.data.sweep && sweep.version !== this.data.version && this.changed(sweep.version);
}

// What the loader in `pages/parts/train/live_component.py` calls

const KINDS = { figures: Figures, curves: Curves, network: Network, runs: Runs, sweep: Sweep };

export function draw(component, place) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".live");
  let isLeft = false;
  loadCharts(place.assets).then(() => {
    if (isLeft) return;
    root.className = `live ${data.part}`;
    root.part_ ??= new KINDS[data.part](root, place);
    root.part_.set(component);
    const about = conversation(`${place.folder}lenet/live`, data.run);
    if (root.about && root.about !== about) root.about.leave(root.part_);
    root.about = about;
    about.join(root.part_);
  });
  return () => {
    isLeft = true;
    root.about?.leave(root.part_);
    root.about = null;
  };
}
