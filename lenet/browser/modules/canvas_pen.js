// The pen on streamlit-drawable-canvas, which reports a stroke only once it has ended: its events are listened to as
// they pass on their way to the canvas (they cross its shadow root).

const UPPERMOST = "canvas.upper-canvas"; // of Fabric's two: the one that listens
const EVENTS = { mousedown: "begin", touchstart: "begin", mousemove: "move", touchmove: "move", mouseup: "end", touchend: "end", touchcancel: "end" };

const ELSEWHERE = ["mousemove", "pointerdown"];

// The shadow root of the canvas under that key of Streamlit's, once it is there.
export function canvasRoot(key) {
  const inside = document.querySelectorAll(`.st-key-${key}, .st-key-${key} *`);
  return [...inside].map((each) => each.shadowRoot).find((root) => root?.querySelector(UPPERMOST));
}

// The switch of its toolbar that lets strokes be moved: then a mouse is no pen.
function isEdited(root) {
  return root.querySelector('.dc-toolbar [aria-label="Edit"]')?.getAttribute("aria-pressed") === "true";
}

// Have the canvas report what is drawn.
export function report(key) {
  canvasRoot(key)?.querySelector('.dc-toolbar [aria-label^="Update"]')?.click();
}

export class CanvasPen {
  // size: pixels of the canvas; drawing: a `Drawing`; onChange: called at each event that changed it.
  constructor(key, drawing, onChange) {
    Object.assign(this, { key, drawing, onChange, size: 1 });
    this.listener = (event) => this[EVENTS[event.type]](event);
    for (const name of Object.keys(EVENTS)) window.addEventListener(name, this.listener, { capture: true, passive: true });
    this.leaver = (event) => this.elsewhere(event);
    for (const name of ELSEWHERE) window.addEventListener(name, this.leaver, { capture: true, passive: true });
  }

  // The canvas waits a moment before it reports a stroke: who leaves it meanwhile may press what needs that. At once,
  // for Streamlit 1.67 runs one part of the page alone for all that changes within one turn of its event loop.
  elsewhere(event) {
    const { own, growing } = this.drawing;
    if (growing || !own.length || own === this.reported || event.composedPath()[0] === this.canvas) return;
    this.reported = own;
    report(this.key);
  }

  // Where the pen is on the canvas, in its pixels; null: of another finger than the first one.
  place(event) {
    const touches = event.changedTouches && [...event.changedTouches];
    const pen = touches ? touches.find((each) => each.identifier === this.touch) : event;
    if (!pen) return null;
    const box = this.canvas.getBoundingClientRect();
    return [((pen.clientX - box.left) * this.size) / box.width, ((pen.clientY - box.top) * this.size) / box.height];
  }

  begin(event) {
    this.isPressed = true; // on whatever
    const root = canvasRoot(this.key);
    const canvas = root?.querySelector(UPPERMOST);
    if (!canvas || this.drawing.growing || event.composedPath()[0] !== canvas || (event.button ?? 0) !== 0) return;
    if (isEdited(root)) {
      this.drawing.isEdited = true;
      return;
    }
    this.canvas = canvas;
    this.touch = event.changedTouches?.[0].identifier ?? null;
    this.drawing.begin(this.place(event));
    this.onChange();
  }

  move(event) {
    const isOfBefore = !this.isPressed && (event.buttons ?? event.touches.length) === 1; // pressed before we were here
    if (isOfBefore && !this.drawing.growing) this.begin(event);
    const place = this.drawing.growing && this.place(event);
    if (!place) return;
    this.drawing.move(place);
    this.onChange();
  }

  end(event) {
    this.isPressed = false;
    if (!this.drawing.growing || !this.place(event)) return;
    this.drawing.end();
    this.onChange();
  }
}
