// What ticks on the Train page: the figures, curves, kernels and feature maps of the run that is watched.
//
// All parts on a page share one conversation with the server: each question says what the page has, each answer
// brings what is new and when to ask again (`pages/parts/train/live_feed.py`). Charts are uPlot's (`uplot/`).

const TAB = Math.random().toString(36).slice(2);
const LONGEST_PAUSE = 8000; // milliseconds between two questions that nobody answers
const LEAST_BETWEEN_RUNS = 1000; // milliseconds between two runs of the page that we ask for
const MOST_POINTS = 1500; // of one line: more than a chart has pixels for
const PAST_PAUSE = 5000; // milliseconds until the curve of another run that trains is asked for again

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
    Object.assign(state, { signature: answer.signature, runs: answer.runs, engine: answer.engine });
    for (const part of this.parts) part.show(state);
  }
}

async function answerTo(url, asked) {
  try {
    const reply = await fetch(`${url}?${new URLSearchParams(asked)}`, { cache: "no-store" });
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
    root.innerHTML = `<p class="engine"></p><dl></dl>
      <div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax="100"><i></i></div>
      <p class="told"><span class="epoch"></span> <span class="message"></span></p>`;
  }

  asks() {
    return this.data.wanted ? { wanted: "1" } : {};
  }

  show(state) {
    this.write(this.root.querySelector(".engine"), state.engine || (state.figures ? "" : "Engine ready"));
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
    this.write(this.root.querySelector(".message"), figures.message);
  }
}

class Curves extends Part {
  constructor(root, place) {
    super(root);
    this.place = place;
    root.innerHTML = '<figure class="loss"></figure><figure class="accuracy"></figure>';
    this.charts = ["loss", "accuracy"].map((measure) => new Chart(root.querySelector(`.${measure}`), measure));
    this.past = new Map();
  }

  set(component) {
    super.set(component);
    for (const { run } of this.data.past) if (!this.past.has(run)) this.askForPast(run);
  }

  // The curves of another run, for comparison: asked for once, and again while it trains.
  async askForPast(run) {
    this.past.set(run, null);
    const answer = await answerTo(`${this.place.folder}lenet/live`, { run });
    if (!answer?.steps && !answer?.epochs) return void this.past.delete(run);
    this.past.set(run, { steps: answer.steps ?? {}, epochs: answer.epochs ?? {} });
    if (this.state) this.show(this.state);
    if (answer.figures?.active) setTimeout(() => this.root.isConnected && this.askForPast(run), PAST_PAUSE);
  }

  show(state) {
    this.state = state;
    const { by, smoothing, log } = this.data;
    const past = this.data.past.map(({ name, run }) => ({ name, rows: this.past.get(run) }));
    for (const chart of this.charts) {
      chart.draw(lines(state, past, chart.measure, by, smoothing), {
        by, log: log && chart.measure === "loss", percent: chart.measure === "accuracy", colors: colors(this.root),
      });
    }
  }
}

class Network extends Part {
  constructor(root) {
    super(root);
    root.innerHTML = `<div><section class="kernels" hidden><h4></h4><img alt="">
      <small>Blue is negative, white zero, red positive.</small></section><figure class="rate" hidden></figure></div>
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
    this.rate.draw([line], { by, colors: colors(this.root), height: 130 });
  }

  showKernels(kernels) {
    const section = this.root.querySelector(".kernels");
    section.hidden = !kernels;
    if (!kernels || kernels.known === this.shown.kernels) return;
    this.shown.kernels = kernels.known;
    this.write(section.querySelector("h4"), kernels.title);
    section.querySelector("img").src = kernels.src;
    section.querySelector("img").alt = kernels.title;
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
      if (picture.src !== src) picture.src = src;
      picture.alt = `Feature maps of ${label}`;
    });
  }
}

// Nothing to see: it tells the page that a line of the table of runs has changed.
class Runs extends Part {
  show(state) {
    if (state.runs !== undefined && state.runs !== this.data.runs) this.changed(state.runs);
  }
}

// Lines

// Exponential moving average without the bias of its start, as TensorBoard's; weight 0 is the values.
export function smooth(values, weight) {
  let average = 0;
  let total = 0;
  return values.map((value) => {
    average = weight * average + (1 - weight) * value;
    total = weight * total + (1 - weight);
    return average / total;
  });
}

function lines(state, past, measure, by, smoothing) {
  const { steps, epochs } = state;
  const drawn = past.flatMap(({ name, rows }, index) => {
    const curve = by === "Step" ? rows?.steps : rows?.epochs;
    if (!curve?.[by.toLowerCase()]) return [];
    const y = by === "Step" ? smooth(curve[measure], smoothing) : curve[`val_${measure}`];
    return [{ name, x: curve[by.toLowerCase()], y, color: index + 2, width: 1 }];
  });
  const length = state.figures?.steps_per_epoch ?? 0;
  const validation = { name: "validation", y: epochs[`val_${measure}`] ?? [], color: 1, width: 1.5, points: true };
  if (by === "Epoch") {
    const x = epochs.epoch ?? [];
    return [...drawn, { name: "training", x, y: epochs[measure] ?? [], color: 0, width: 1.5, points: true },
      { ...validation, x }];
  }
  const x = steps.step ?? [];
  const y = steps[measure] ?? [];
  return [
    ...drawn,
    { name: "each row", x, y, color: 0, width: 1, faint: true },
    { name: "training", x, y: smooth(y, smoothing), color: 0, width: 2.5 },
    { ...validation, x: (epochs.epoch ?? []).map((epoch) => epoch * length) },
  ];
}

// At most so many points, evenly, always with the last; x grows; what is no finite number is left out.
function table({ x, y }, log) {
  const stride = Math.max(1, Math.ceil(x.length / MOST_POINTS));
  const rows = [[], []];
  for (let index = (x.length - 1) % stride; index >= 0 && index < x.length; index += stride) {
    const isNumber = Number.isFinite(y[index]) && !(log && y[index] <= 0);
    if (!isNumber || (rows[0].length && x[index] <= rows[0].at(-1))) continue;
    rows[0].push(x[index]);
    rows[1].push(y[index]);
  }
  return rows;
}

// Charts

function colors(root) {
  const style = getComputedStyle(root);
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const listed = value("--st-chart-categorical-colors", "#0b7570,#d55e00,#3d5fc4,#b0478f,#8a6d00,#56707c,#009e73");
  return {
    lines: listed.split(",").map((each) => each.trim()),
    text: value("--st-text-color", "#15211f"),
    grid: value("--st-border-color", "#c9d4d1"),
    font: `12px ${value("--st-font", "sans-serif")}`,
  };
}

function short(value) {
  if (value === null || value === undefined) return "";
  const size = Math.abs(value);
  if (size >= 1e6) return `${+(value / 1e6).toPrecision(3)}M`;
  if (size >= 1e4) return `${+(value / 1e3).toPrecision(3)}k`;
  return size !== 0 && size < 1e-3 ? value.toExponential(0) : String(+value.toPrecision(3));
}

class Chart {
  constructor(figure, measure) {
    this.figure = figure;
    this.measure = measure;
    this.observer = new ResizeObserver(() => this.plot?.setSize(this.size()));
    this.observer.observe(figure);
  }

  size() {
    return { width: Math.max(120, this.figure.clientWidth), height: this.height };
  }

  // A zoom survives new points, and new lines on the same axes.
  draw(drawn, { by, log = false, percent = false, colors, height = 215 }) {
    this.height = height;
    this.told = { ...drawn.find((line) => !line.faint && line.color === 0), by };
    const axes = JSON.stringify([by, log, percent]);
    const kind = JSON.stringify([drawn.map((line) => line.name), axes, colors]);
    const tables = drawn.map((line) => table(line, log));
    const data = uPlot.join(tables);
    const zoom = this.zoomed && axes === this.axes ? this.stretch() : null;
    if (kind !== this.kind) this.make(drawn, { by, log, percent, colors });
    Object.assign(this, { kind, axes, zoomed: zoom !== null });
    this.plot.setData(data, !zoom);
    if (zoom) for (const [scale, stretch] of Object.entries(zoom)) this.plot.setScale(scale, stretch);
  }

  // What is seen of each axis.
  stretch() {
    return Object.fromEntries(["x", "y"].map((scale) => {
      const { min, max } = this.plot.scales[scale];
      return [scale, { min, max }];
    }));
  }

  // In words, for those who hear the page: the canvas has none.
  describe({ min, max }) {
    const { name, x, y, by } = this.told;
    const last = x.length ? `${y.at(-1)} at ${by.toLowerCase()} ${x.at(-1)}` : "nothing yet";
    this.figure.setAttribute("role", "img");
    this.figure.setAttribute("aria-label",
      `${this.measure} of ${name}: ${last}; ${x.length} points; shown from ${short(min)} to ${short(max)}`);
  }

  make(drawn, { by, log, percent, colors }) {
    this.plot?.destroy();
    const number = percent ? (value) => `${+(100 * value).toPrecision(4)} %` : short;
    const axis = { stroke: colors.text, font: colors.font, grid: { stroke: colors.grid, width: 0.5 },
      ticks: { stroke: colors.grid, width: 0.5 } };
    const title = this.measure.replace("_", " ");
    this.plot = new uPlot({
      ...this.size(),
      padding: [8, 8, 0, 0],
      cursor: { drag: { x: true, y: true, uni: 20 }, points: { size: 7 } },
      scales: { x: { time: false }, y: log ? { distr: 3, range: (_, low, high) => uPlot.rangeLog(low, high, 10, false) } : {} },
      axes: [
        { ...axis, label: by, labelSize: 16, labelFont: colors.font, size: 30, values: (_, all) => all.map(short) },
        { ...axis, label: title[0].toUpperCase() + title.slice(1), labelSize: 16, labelFont: colors.font, size: 52,
          values: (_, all) => all.map((value) => (value === null ? "" : number(value))) },
      ],
      series: [{ label: by, value: (_, value) => short(value) }, ...drawn.map((line) => series(line, colors, number))],
      hooks: {
        draw: [(plot) => this.describe(plot.scales.x)],
        setSelect: [({ select }) => { this.zoomed = this.zoomed || select.width > 0 || select.height > 0; }],
      },
    }, null, this.figure);
    this.plot.over.addEventListener("dblclick", () => { this.zoomed = false; });
  }

  end() {
    this.observer.disconnect();
    this.plot?.destroy();
  }
}

function series({ name, color, width, faint, points }, colors, number) {
  const stroke = colors.lines[color % colors.lines.length];
  return {
    label: name, width, stroke: faint ? `${stroke}30` : stroke, spanGaps: true,
    points: points ? { show: true, size: 7, fill: stroke } : faint ? { show: false } : { fill: stroke },
    value: (_, value) => (value === null || value === undefined ? "–" : number(value)),
    ...(faint ? { class: "faint" } : {}),
  };
}

// What the loader in `pages/parts/train/live_component.py` calls

const KINDS = { figures: Figures, curves: Curves, network: Network, runs: Runs };
let charting = null;

function loadCharts(assets) {
  charting ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: `${assets}uplot/uPlot.iife.min.js`, onload: done, onerror: failed });
    document.head.append(script);
  });
  return charting;
}

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
