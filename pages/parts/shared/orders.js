// What the teacher has on everybody's screen: a sentence, or another page, over the page that is open, which
// stays as it is. `poll` and `folder` are those of polling.js.

const OVER = "lenet-over"; // the name of a page over a page
const STYLE = `
  :host { color-scheme: light dark; font-family: inherit; }
  .eyes { position: fixed; inset: 0; z-index: 2147483002; display: grid; place-items: center; padding: 6vmin;
    background: #0b5f5b; color: #fff; outline: none; text-align: center; font-size: clamp(2rem, 7vmin, 6rem); line-height: 1.25;
    font-weight: 600; overflow-wrap: anywhere; }
  .frame { position: fixed; inset: 0; z-index: 2147483001; display: flex; flex-direction: column; background: #0b5f5b; }
  .frame a { color: #fff; margin-left: 1rem; }
  .frame p { margin: 0; padding: 0.4rem 1rem; color: #fff; font-size: 1rem; }
  iframe { flex: 1; border: 0; width: 100%; background: #fff; }
  .note { position: fixed; left: 50%; bottom: 0.8rem; translate: -50%; z-index: 2147483000; padding: 0.4rem 0.9rem;
    border-radius: 2rem; background: #0b5f5b; color: #fff; font-size: 0.95rem; text-decoration: none; }
  [hidden] { display: none; }`;

function layer() {
  const host = document.createElement("div");
  host.id = "lenet-orders";
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML =
    `<style>${STYLE}</style><a class="note" target="_self" hidden></a>` +
    `<section class="frame" aria-live="polite" hidden><p><span></span> <a target="_self">Take it off the board</a></p><iframe name="${OVER}"></iframe></section>` +
    `<div class="eyes" role="alertdialog" aria-live="assertive" aria-label="From your teacher" tabindex="-1" hidden></div>`;
  host.style.fontFamily = getComputedStyle(document.querySelector(".stApp") ?? document.body).fontFamily;
  document.body.append(host);
  const find = (name) => root.querySelector(name);
  return { eyes: find(".eyes"), frame: find(".frame"), title: find("p span"), back: find("p a"), page: find("iframe"), note: find(".note") };
}

let parts = null;
let link = "";
let focused = null;

// Nothing below answers to a key, or is read out, as long as something is over it.
function hold(isHeld) {
  const app = document.getElementById("root");
  if (!app || app.inert === isHeld) return;
  if (isHeld) focused = document.activeElement;
  app.inert = isHeld;
  if (!isHeld) focused?.focus?.({ preventScroll: true });
}

// Another's page for the screen that this is: a projector's letters are none for a phone.
function forThisScreen(at) {
  const [page, query = ""] = at.split("?");
  const fields = new URLSearchParams(query);
  const own = new URLSearchParams(location.search).get("screen");
  fields.delete("screen");
  if (own) fields.set("screen", own);
  return `${page}?${fields}`;
}

function lead(frame) {
  parts.title.textContent = parts.page.title = frame.title;
  parts.back.hidden = !frame.back;
  parts.back.href = folder + (frame.back ?? "");
  if (frame.link === link) return;
  const inside = parts.page.contentWindow;
  const isOpen = link !== "" && inside.document.querySelector(".stApp") !== null;
  link = frame.link;
  if (isOpen) {
    inside.history.pushState(null, "", folder + forThisScreen(link)); // as its Back and Forward do: the same session goes there
    inside.dispatchEvent(new PopStateEvent("popstate"));
  } else {
    parts.page.src = folder + forThisScreen(link);
  }
}

function leave() {
  if (link) parts.page.removeAttribute("src"); // a page that nobody sees costs the server nothing
  if (link) parts.page.contentWindow.location.replace("about:blank");
  link = "";
}

function obey({ sentence = "", frame = null, note = "" }) {
  if (!parts && !sentence && !frame && !note) return;
  parts ??= layer();
  parts.eyes.hidden = !sentence;
  parts.frame.hidden = !frame;
  parts.note.hidden = !note;
  if (parts.eyes.textContent !== sentence) parts.eyes.textContent = sentence;
  parts.note.textContent = `On all screens: ${note}`;
  parts.note.href = `${folder}class`;
  if (frame) lead(frame);
  else leave();
  hold(Boolean(sentence || frame));
  if (sentence && document.activeElement !== document.getElementById("lenet-orders")) parts.eyes.focus();
}

function where() {
  const at = (location.pathname + location.search).slice(folder.length);
  return { method: "POST", body: `${document.hasFocus() ? "here" : "away"} ${at}` };
}

export default function () {
  if (globalThis.lenetOrders || window.name === OVER) return; // once a tab, and not in the page over a page
  globalThis.lenetOrders = true;
  poll(document.body, () => "lenet/orders", obey, where); // who is in the class no more obeys nothing: the page says so
}
