// A network on a page of its own, without a server: a canvas, live answers, feature maps. `html_export.py` makes it.

import { readNetwork } from "./network.js";
import { Session } from "./session.js";
import { Announcement, AnswerView, MapsView, PixelsView } from "./views.js";

const PEN = 20 / 320; // of the canvas' width

// A file that lies in the page, in the form of base64.
function embedded(name) {
  const text = document.getElementById(name).textContent.trim();
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
}

// A canvas that is drawn on: one pen, the first that touches. Whoever hears of a change has it painted.
class Board {
  constructor(canvas, drawing, onChange) {
    Object.assign(this, { canvas, drawing, onChange, pen: null });
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.end(event));
    new ResizeObserver(() => this.paint()).observe(canvas);
  }

  place({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [((clientX - box.left) * this.drawing.canvas) / box.width, ((clientY - box.top) * this.drawing.canvas) / box.height];
  }

  begin(event) {
    if (this.pen !== null || event.button !== 0) return;
    this.pen = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing.begin(this.place(event));
    this.onChange();
  }

  move(event) {
    if (event.pointerId !== this.pen) return;
    const passed = event.getCoalescedEvents?.() ?? []; // where it was since the frame before
    for (const each of passed.length ? passed : [event]) this.drawing.move(this.place(each));
    this.onChange();
  }

  end(event) {
    if (event.pointerId !== this.pen) return;
    this.pen = null;
    this.drawing.end();
    this.onChange();
  }

  paint() {
    const { canvas, drawing } = this;
    const scale = (canvas.clientWidth * devicePixelRatio) / drawing.canvas;
    canvas.width = canvas.height = Math.round(canvas.clientWidth * devicePixelRatio);
    const context = canvas.getContext("2d");
    Object.assign(context, { lineWidth: drawing.pen * scale, lineCap: "round", lineJoin: "round" });
    context.strokeStyle = getComputedStyle(canvas).color;
    for (const stroke of drawing.growing ? [...drawing.strokes, drawing.growing] : drawing.strokes) {
      context.beginPath();
      stroke.forEach(([x, y]) => context.lineTo(x * scale, y * scale));
      if (stroke.length === 1) context.lineTo(stroke[0][0] * scale, stroke[0][1] * scale);
      context.stroke();
    }
  }
}

function start() {
  const place = (name) => document.getElementById(name);
  const noDigit = readNetwork(embedded("noDigit"));
  const session = new Session(async () => ({ buffer: embedded("network"), digest: "embedded" }), async () => noDigit);
  Object.assign(session.drawing, { canvas: 320, pen: 320 * PEN });
  session.setModels([document.title]); // as those hear it who do not see the page
  const board = new Board(place("board"), session.drawing, () => session.schedule());
  const edit = (change) => {
    change();
    session.schedule();
  };
  place("undo").addEventListener("click", () => edit(() => session.drawing.undo()));
  place("clear").addEventListener("click", () => edit(() => session.drawing.clear()));
  const pixels = new PixelsView(place("pixels"), "The 28×28 pixels that the network sees");
  const maps = new MapsView(place("maps"));
  let prediction = null;
  const announcement = new Announcement();
  document.body.append(announcement.element);
  session.join(announcement);
  session.join({
    show({ pixels: seen, answers: [{ network, problem, probabilities, doubt }] }) {
      board.paint(); // at most once a frame, however often the pen was heard of
      place("problem").textContent = session.drawing.hasTooMany ? "Too many points: press Clear, and draw again." : problem;
      if (!network) return;
      prediction ??= new AnswerView(place("prediction"), network.classes);
      pixels.show(seen);
      prediction.show({ probabilities, doubt, hint: "Draw" });
      maps.show(network, !seen);
    },
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => board.paint());
}

start();
