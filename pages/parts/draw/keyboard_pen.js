// A pen on the canvas for the keyboard: arrow keys move it, also two at once, and the space bar puts it down or
// lifts it. The canvas listens to a mouse alone, so it is given the events of one.

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const STEP = 1 / 32; // of the canvas; with Shift a quarter of it
const UPPERMOST = "canvas.upper-canvas"; // of Fabric's two: the one that listens

// What remains of its toolbar, the switch that lets strokes be moved, is on the canvas, and not above it, where
// Streamlit's header would cover it. The page has an Undo and a Clear of its own, which outlive a reload.
const TOOLBAR = new CSSStyleSheet();
TOOLBAR.replaceSync(`.dc-toolbar { top: 0.25rem !important; right: 0.25rem; padding: 0; }
  .dc-toolbar :is([aria-label^="Update"], [aria-label="Undo"], [aria-label="Redo"], [aria-label^="Reset"], .dc-toolbar-separator) {
    display: none; }`);

function canvasRoot() {
  const inside = document.querySelectorAll(".st-key-draw-canvas, .st-key-draw-canvas *");
  return [...inside].map((each) => each.shadowRoot).find((root) => root?.querySelector(UPPERMOST));
}

// Once the canvas is there, which can come later than the pen.
function style(state) {
  const root = canvasRoot();
  if (!root) state.frame = requestAnimationFrame(() => style(state));
  else if (!root.adoptedStyleSheets.includes(TOOLBAR)) root.adoptedStyleSheets.push(TOOLBAR);
}

function mouse(kind, { x, y }) {
  const canvas = canvasRoot()?.querySelector(UPPERMOST);
  if (!canvas) return;
  const box = canvas.getBoundingClientRect();
  const place = { clientX: box.left + x * box.width, clientY: box.top + y * box.height };
  const held = { button: 0, buttons: kind === "mouseup" ? 0 : 1 };
  canvas.dispatchEvent(new MouseEvent(kind, { bubbles: true, composed: true, cancelable: true, view: window, ...place, ...held }));
}

function press(state, isDown) {
  if (state.isDown === isDown) return;
  state.isDown = isDown;
  mouse(isDown ? "mousedown" : "mouseup", state);
  const [x, y] = [state.x, state.y].map((share) => Math.round(100 * share));
  state.said = `Pen ${isDown ? "down" : "up"}, ${x} % from the left, ${y} % from the top`;
}

function move(state, step) {
  for (const key of state.held) {
    const [right, down] = ARROWS[key];
    state.x = Math.min(1, Math.max(0, state.x + right * step));
    state.y = Math.min(1, Math.max(0, state.y + down * step));
  }
  if (state.isDown) mouse("mousemove", state);
}

function show(pen, state) {
  const mark = pen.querySelector("i");
  mark.style.left = `${100 * state.x}%`;
  mark.style.top = `${100 * state.y}%`;
  pen.classList.toggle("down", state.isDown);
  pen.querySelector("output").textContent = state.said;
}

export default function ({ data, parentElement }) {
  const pen = parentElement.querySelector(".pen");
  const state = (pen.state ??= { x: 0.5, y: 0.25, isDown: false, held: new Set(), said: "" });
  pen.style.width = pen.style.height = `${data.size}px`;
  show(pen, state);
  style(state);

  pen.onkeydown = (event) => {
    if (event.key in ARROWS) {
      state.held.add(event.key);
      move(state, event.shiftKey ? STEP / 4 : STEP);
    } else if (event.key === " " && !event.repeat) press(state, !state.isDown);
    else if (event.key !== " ") return;
    event.preventDefault();
    show(pen, state);
  };
  pen.onkeyup = (event) => state.held.delete(event.key);
  pen.onblur = () => {
    state.held.clear();
    press(state, false);
    show(pen, state);
  };
  return () => cancelAnimationFrame(state.frame);
}
