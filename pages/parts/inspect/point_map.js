// Points in the plane, colored by class: hovering shows the image, a click picks it; without a mouse the arrow keys go
// from point to point, and Enter picks. Data come from `point_map.py`.

const RADIUS = 2.6;
const NEAR = 14; // pixels
const HEIGHT = 366;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function read(data) {
  return {
    points: new Float32Array(bytes(data.points).buffer),
    labels: bytes(data.labels),
    predicted: bytes(data.predicted),
  };
}

// Where a point of 0–1 is on the canvas, after zooming and moving.
function place(view, x, y, width) {
  const side = Math.min(width, HEIGHT * 1.9);
  const left = (width - side) / 2;
  return [left + (x * side - view.x) * view.zoom, (y * HEIGHT - view.y) * view.zoom];
}

function draw(state) {
  const { canvas, data, read: found, shown, view, only } = state;
  const width = canvas.clientWidth;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = HEIGHT * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const order = [...found.labels.keys()];
  order.sort((a, b) => (found.labels[a] !== found.predicted[a]) - (found.labels[b] !== found.predicted[b]));
  for (const index of order) {
    const [x, y] = place(view, shown[2 * index], shown[2 * index + 1], width);
    const wrong = found.labels[index] !== found.predicted[index];
    pen.globalAlpha = only === null || only === found.labels[index] ? 0.85 : 0.07;
    pen.fillStyle = data.colors[found.labels[index]];
    pen.beginPath();
    pen.arc(x, y, wrong ? RADIUS + 1.5 : RADIUS, 0, 7);
    pen.fill();
    if (wrong) {
      pen.strokeStyle = data.ink;
      pen.lineWidth = 1.6;
      pen.stroke();
    }
  }
  pen.globalAlpha = 1;
  if (state.chosen >= 0) mark(pen, data.ink, placeOf(state, state.chosen));
}

// The point that the keyboard is at.
function mark(pen, ink, [x, y]) {
  pen.strokeStyle = ink;
  pen.lineWidth = 2.5;
  pen.beginPath();
  pen.arc(x, y, 3 * RADIUS, 0, 7);
  pen.stroke();
}

function placeOf(state, index) {
  return place(state.view, state.shown[2 * index], state.shown[2 * index + 1], state.canvas.clientWidth);
}

// Of the points that are shown the one of the least distance, below `most`; -1 where there is none.
function closest(state, distance, most = Infinity) {
  let [best, least] = [-1, most];
  for (let index = 0; index < state.read.labels.length; index += 1) {
    if (state.only !== null && state.only !== state.read.labels[index]) continue;
    const measured = distance(...placeOf(state, index));
    if (measured < least) [best, least] = [index, measured];
  }
  return best;
}

function nearest(state, [x, y]) {
  return closest(state, (left, top) => Math.hypot(left - x, top - y), NEAR);
}

// The next point of the canvas in a direction, at most 45° beside it; at first the one in the middle.
function next(state, [right, down]) {
  const width = state.canvas.clientWidth;
  const isOutside = (left, top) => left < 0 || top < 0 || left > width || top > HEIGHT;
  if (state.chosen < 0) return closest(state, (left, top) => Math.hypot(left - width / 2, top - HEIGHT / 2));
  const [x, y] = placeOf(state, state.chosen);
  return closest(state, (left, top) => {
    const ahead = (left - x) * right + (top - y) * down;
    const beside = Math.abs((left - x) * down + (top - y) * right);
    return ahead <= 0.5 || beside > ahead || isOutside(left, top) ? Infinity : ahead + 2 * beside;
  });
}

function words({ data, read: found }, index) {
  const [label, prediction] = [data.names[found.labels[index]], data.predictedNames[found.predicted[index]]];
  const truth = label === prediction ? label : `${label}, taken for ${prediction}`;
  return `${truth} · image ${data.indices[index]}`;
}

function tell(state, [x, y], index) {
  const { card, data } = state;
  card.hidden = index < 0;
  if (index < 0) return;
  const image = card.querySelector(".digit");
  const sprite = data.sprite;
  image.hidden = !sprite;
  if (sprite) {
    const zoom = 96 / sprite.width;
    const [row, column] = [Math.floor(index / sprite.columns), index % sprite.columns];
    image.style.width = "96px";
    image.style.height = `${sprite.height * zoom}px`;
    image.style.backgroundImage = `url(${sprite.src})`;
    image.style.backgroundSize = `${sprite.columns * 96}px auto`;
    image.style.backgroundPosition = `${-column * 96}px ${-row * sprite.height * zoom}px`;
  }
  card.querySelector("span").textContent = words(state, index);
  const top = state.canvas.offsetTop; // the legend is above it
  card.style.left = `${Math.min(x + 14, state.canvas.clientWidth - 150)}px`;
  card.style.top = `${top + Math.min(y + 10, HEIGHT - 130)}px`;
}

// Where the pointer is on the canvas, in pixels.
function pointer(state, event) {
  const box = state.canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function choose(state, index) {
  state.chosen = index;
  draw(state);
  if (index >= 0) tell(state, placeOf(state, index), index);
  state.said.textContent = index >= 0 ? words(state, index) : "";
}

// From where the points were to where they are now: a map that forms can be watched.
function glide(state) {
  const [from, to, began] = [state.shown, state.read.points, performance.now()];
  if (!from || from.length !== to.length) {
    state.shown = to;
    return draw(state);
  }
  const frame = (now) => {
    const part = Math.min(1, (now - began) / 500);
    state.shown = to.map((value, index) => from[index] + (value - from[index]) * part);
    draw(state);
    if (part < 1) state.frame = requestAnimationFrame(frame);
  };
  cancelAnimationFrame(state.frame);
  state.frame = requestAnimationFrame(frame);
}

function legend(state, element) {
  const { data } = state;
  element.replaceChildren(
    ...data.names.map((name, label) => {
      const button = document.createElement("button");
      const dot = document.createElement("i");
      dot.style.background = data.colors[label];
      button.append(dot, name);
      button.setAttribute("aria-pressed", String(state.only === label));
      button.onclick = () => {
        state.only = state.only === label ? null : label;
        state.chosen = -1;
        legend(state, element);
        draw(state);
      };
      return button;
    }),
  );
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".map");
  const state = (root.state ??= { view: { x: 0, y: 0, zoom: 1 }, only: null, chosen: -1 });
  const changed = !state.data || state.data.points !== data.points;
  state.canvas = root.querySelector("canvas");
  state.card = root.querySelector(".card");
  state.said = root.querySelector(".said");
  state.data = data;
  state.canvas.setAttribute("aria-label", data.alt);
  if (changed) {
    state.read = read(data);
    state.chosen = -1;
    glide(state);
  } else draw(state);
  legend(state, root.querySelector(".legend"));

  let start = null;
  state.canvas.onmousemove = (event) => {
    if (start && event.buttons === 1) {
      state.view.x = start.x - (event.clientX - start.left) / state.view.zoom;
      state.view.y = start.y - (event.clientY - start.top) / state.view.zoom;
      start.moved ||= Math.hypot(event.clientX - start.left, event.clientY - start.top) > 4;
      draw(state);
      return;
    }
    tell(state, pointer(state, event), nearest(state, pointer(state, event)));
  };
  state.canvas.onmouseleave = () => (state.card.hidden = true);
  state.canvas.onmousedown = (event) => {
    start = { left: event.clientX, top: event.clientY, x: state.view.x, y: state.view.y, moved: false };
  };
  state.canvas.onclick = (event) => {
    const index = start?.moved ? -1 : nearest(state, pointer(state, event));
    start = null;
    if (index >= 0) setTriggerValue("picked", index);
  };
  state.canvas.onwheel = (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = state.canvas.getBoundingClientRect();
    const side = Math.min(box.width, HEIGHT * 1.9);
    const [x, y] = [event.clientX - box.left - (box.width - side) / 2, event.clientY - box.top];
    const zoom = Math.min(30, Math.max(1, state.view.zoom * Math.exp(-event.deltaY / 300)));
    state.view.x += x / state.view.zoom - x / zoom;
    state.view.y += y / state.view.zoom - y / zoom;
    state.view.zoom = zoom;
    if (zoom === 1) state.view = { x: 0, y: 0, zoom: 1 };
    draw(state);
  };
  state.canvas.ondblclick = () => {
    state.view = { x: 0, y: 0, zoom: 1 };
    draw(state);
  };
  state.canvas.onkeydown = (event) => {
    if (event.key === "Enter" && state.chosen >= 0) setTriggerValue("picked", state.chosen);
    if (!ARROWS[event.key]) return;
    event.preventDefault(); // the page does not scroll
    const index = next(state, ARROWS[event.key]);
    if (index >= 0) choose(state, index);
  };
  state.canvas.onblur = () => {
    state.card.hidden = true;
    choose(state, -1);
  };
  state.resized ??= new ResizeObserver(() => state.shown && draw(state)); // one, however often this is called
  state.resized.observe(state.canvas);
  return () => state.resized.disconnect();
}
