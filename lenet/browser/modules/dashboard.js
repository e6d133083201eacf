// Live answers on a page of the dashboard: each part of it is a component of its own, `pages/parts/shared/live_network.py`.

import { CanvasPen, report } from "./canvas_pen.js";
import { readNetwork } from "./network.js";
import { Session } from "./session.js";
import { Announcement, AnswerView, LayerView, MapsView, PixelsView } from "./views.js";

const CATCH_UP = 2000; // milliseconds after which a stroke that the server has not heard of is told again
const MOST_SMALL = 9; // maps of a layer in its small picture
const sessions = new Map(); // by the page's name: they outlive the runs of its script

// What the server says of a model's file; the browser keeps it, and asks whether it is still the same.
function loader(folder) {
  return async (name) => {
    const reply = await fetch(`${folder}lenet/network?${new URLSearchParams({ model: name })}`, { cache: "no-cache" });
    if (!reply.ok) {
      const { problem, is_awaited: isAwaited } = await reply.json();
      return { problem, isAwaited };
    }
    const isTraining = reply.headers.get("Lenet-Training") === "1";
    const isFixed = /immutable/.test(reply.headers.get("Cache-Control"));
    return { buffer: await reply.arrayBuffer(), digest: reply.headers.get("ETag"), isTraining, isFixed };
  };
}

// Loads the network that tells digits from other drawings, at its first call.
function noDigitLoader(folder) {
  let network = null;
  const load = async () => {
    const reply = await fetch(`${folder}lenet/no-digit`);
    if (!reply.ok) throw new Error(reply.statusText);
    return readNetwork(await reply.arrayBuffer());
  };
  return async () => (network ??= await load());
}

function sessionOf(page, folder) {
  if (!sessions.has(page)) sessions.set(page, new Session(loader(folder), noDigitLoader(folder), page === "draw"));
  return sessions.get(page);
}

// Streamlit 1.67 may draw a part whose page has been left meanwhile, and tells nobody.
function join(session, place, view) {
  return session.join({ ...view, isGone: () => !place.isConnected });
}

function decoded(text) {
  return text ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : null;
}

// The pen, and all that answers depend on: the strokes that the server has, the models.
function pen({ data, parentElement }, session) {
  const place = parentElement.querySelector(".live");
  const { drawing } = session;
  drawing.take(data.drawing);
  session.image = undefined;
  session.said = "";
  session.setModels(data.models);
  session.hand ??= new CanvasPen(data.canvas, drawing, () => session.schedule()); // a stroke outlives a run of the page
  session.hand.size = data.drawing.canvas;
  clearTimeout(place.timer);
  if (drawing.own.length) place.timer = setTimeout(() => report(data.canvas), CATCH_UP);
  const leave = join(session, place, wordsIn(place));
  const watch = watchConnection(() => session.schedule());
  return () => {
    clearTimeout(place.timer);
    leave();
    watch.disconnect();
  };
}

// What is said of the whole: that the server is away, that there are too many points; and what is heard.
function wordsIn(place) {
  place.said ??= document.createElement("p");
  place.heard ??= new Announcement();
  if (!place.said.isConnected) place.replaceChildren(place.said, place.heard.element);
  return {
    show({ pixels, answers, session }) {
      say(place.said, session);
      place.heard.show({ pixels, answers });
    },
  };
}

function app() {
  return document.querySelector("[data-testid=stApp]");
}

function watchConnection(onChange) {
  const observer = new MutationObserver(onChange);
  if (app()) observer.observe(app(), { attributes: true, attributeFilter: ["data-test-connection-state"] });
  return observer;
}

function say(element, { drawing, networks }) {
  const isAway = networks.isAway || (app()?.dataset.testConnectionState ?? "CONNECTED") !== "CONNECTED";
  let words = isAway ? "The server is away: answers go on here, and it catches up once it is back." : "";
  if (drawing.hasTooMany) words = "The drawing has more than 20,000 points: press Clear, and draw again.";
  if (element.textContent !== words) element.textContent = words;
}

// Pixels that are looked at, what is doubted of them, and the models.
function image({ data, parentElement }, session) {
  const place = parentElement.querySelector(".live");
  session.image = decoded(data.image);
  session.said = data.doubt ?? "";
  session.setModels(data.models);
  return join(session, place, wordsIn(place));
}

// Streamlit says where a slider stands only once it is let go; what is read aloud of it changes at every step.
function watchSlider({ slider, names }, onChange) {
  const place = document.querySelector(`.st-key-${slider.replaceAll(/[^\w-]/g, "-")}`); // as Streamlit 1.67 has it
  const observer = new MutationObserver(() => {
    const name = names[Number(place.querySelector("input[type=range]")?.value)];
    if (name) onChange(name);
  });
  if (place) observer.observe(place, { subtree: true, attributes: true, attributeFilter: ["aria-valuetext"] });
  return observer;
}

// Small pictures of layers on buttons that are there, by the layers' keys: of a network that the browser computes.
export function thumbnails({ page, folder, pictures }) {
  const session = sessionOf(page, folder);
  let [shown, views] = [null, new Map()];
  return session.join({
    isGone: () => ![...pictures.values()].some((each) => each.isConnected),
    show({ answers: [answer] }) {
      if (!answer?.probabilities) return;
      if (shown !== answer.network) views = new Map();
      shown = answer.network;
      for (const layer of shown.layers) {
        const picture = pictures.get(layer.key);
        if (!picture) continue;
        if (!views.has(layer.key)) views.set(layer.key, new LayerView(layer, MOST_SMALL));
        const { canvas } = views.get(layer.key);
        views.get(layer.key).show(layer.output);
        canvas.removeAttribute("role"); // its button has the words
        if (picture.firstElementChild !== canvas) picture.replaceChildren(canvas);
      }
    },
  });
}

function pixels({ data, parentElement }, session) {
  const place = parentElement.querySelector(".live");
  place.view ??= new PixelsView(place, data.label);
  return join(session, place, { show: ({ pixels: seen }) => place.view.show(seen) });
}

// One model's prediction: the browser's own, or where it has none, the server's; of the epoch under the finger.
function prediction({ data, parentElement, setTriggerValue }, session) {
  const place = parentElement.querySelector(".live");
  const watch = data.epochs && watchSlider(data.epochs, (name) => session.setModel(data.index, name));
  const leave = join(session, place, {
    show({ pixels: seen, answers }) {
      const { network, problem, probabilities, doubt } = answers[data.index] ?? {};
      const told = data.told && { ...data.told, doubt: session.said || data.told.doubt };
      const shown = probabilities || !told ? { probabilities, doubt } : seen && told;
      const classes = network?.classes ?? data.told?.classes ?? data.classes;
      if (place.classes !== classes.join()) place.view = new AnswerView(place, classes, data.is_large);
      place.classes = classes.join();
      place.view.show({ hint: seen ? "…" : data.hint, problem: data.told ? "" : problem, ...shown });
      if (data.wants_sure && probabilities && doubt === "" && !place.isTold) setTriggerValue("sure", (place.isTold = true));
    },
  });
  return () => {
    leave();
    watch?.disconnect();
  };
}

function maps({ data, parentElement }, session) {
  const place = parentElement.querySelector(".live");
  place.view ??= new MapsView(place);
  return join(session, place, {
    show({ pixels: seen, answers }) {
      place.view.show(answers[data.index]?.network, !seen);
    },
  });
}

const PARTS = { pen, image, pixels, prediction, maps };

// What a component's script calls; → a function that is called when it goes.
export function draw(component, { folder }) {
  return PARTS[component.data.part](component, sessionOf(component.data.page, folder));
}
