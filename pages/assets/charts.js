// Curves: which lines are drawn of what is known of a run, and their charts, which are uPlot's (`uplot/`).

const MOST_POINTS = 1500; // of one line: more than a chart has pixels for

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

export function lines(state, past, measure, by, smoothing) {
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

// Pixels of the page's letters.
export function rem() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}

export function colors(root) {
  const style = getComputedStyle(root);
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const listed = value("--st-chart-categorical-colors", "#0b7570,#d55e00,#3d5fc4,#b0478f,#8a6d00,#56707c,#009e73");
  return {
    lines: listed.split(",").map((each) => each.trim()),
    text: value("--st-text-color", "#15211f"),
    grid: value("--st-border-color", "#c9d4d1"),
    font: `${0.75 * rem()}px ${value("--st-font", "sans-serif")}`,
  };
}

function short(value) {
  if (value === null || value === undefined) return "";
  const size = Math.abs(value);
  if (size >= 1e6) return `${+(value / 1e6).toPrecision(3)}M`;
  if (size >= 1e4) return `${+(value / 1e3).toPrecision(3)}k`;
  return size !== 0 && size < 1e-3 ? value.toExponential(0) : String(+value.toPrecision(3));
}

export class Chart {
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
  draw(drawn, { by, log = false, percent = false, colors, height }) {
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
        { ...axis, label: by, labelSize: rem(), labelFont: colors.font, size: 1.9 * rem(), values: (_, all) => all.map(short) },
        { ...axis, label: title[0].toUpperCase() + title.slice(1), labelSize: rem(), labelFont: colors.font, size: 3.25 * rem(),
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
  const times = rem() / 16;
  return {
    label: name, width: width * times, stroke: faint ? `${stroke}b3` : stroke, spanGaps: true,
    points: points ? { show: true, size: 7 * times, fill: stroke } : faint ? { show: false } : { fill: stroke },
    value: (_, value) => (value === null || value === undefined ? "–" : number(value)),
    ...(faint ? { class: "faint" } : {}),
  };
}

let charting = null;

// uPlot itself, once for all charts of the page.
export function loadCharts(assets) {
  charting ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: `${assets}uplot/uPlot.iife.min.js`, onload: done, onerror: failed });
    document.head.append(script);
  });
  return charting;
}
