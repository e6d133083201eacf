// Remembers, beside the page, which session it belongs to and what was set up in it, and asks whether that
// session is alive: if it is not, any click is lost until the page is drawn anew.
//
// A page that is loaded anew has nothing to remember, but for one that the browser had put aside to save memory:
// that takes it from the tab's storage.

const KEY = "lenet-session";
const PAUSE = 5000; // milliseconds between two questions
const folder = location.pathname.replace(/\/+$/, "").replace(/[^/]*$/, "");

function remembered() {
  if (globalThis.lenetSession) return globalThis.lenetSession;
  return document.wasDiscarded ? JSON.parse(sessionStorage.getItem(KEY) ?? "null") : null;
}

function remember(session, setup) {
  globalThis.lenetSession = { session, setup };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(globalThis.lenetSession));
  } catch {} // storage is full, or forbidden: then a page that was put aside starts from its link
}

async function isLost() {
  try {
    const id = globalThis.lenetSession.session;
    const reply = await fetch(`${folder}lenet/session?${new URLSearchParams({ id })}`, { cache: "no-store" });
    return reply.ok && !(await reply.json()).alive;
  } catch {
    return false; // the server is gone, and Streamlit says so
  }
}

let count = 0;
let stop = null;

export default function ({ data, setTriggerValue }) {
  stop?.(); // Streamlit 1.67 calls again for newer data, and ends nothing of the call before
  const before = remembered();
  if (!before || before.session === data.session) {
    remember(data.session, data.setup || before?.setup || "");
  } else {
    remember(data.session, before.setup);
    setTriggerValue("renewed", before.setup || " ");
  }

  const look = async () => {
    if (!document.hidden && (await isLost())) setTriggerValue("lost", (count += 1));
  };
  const timer = setInterval(look, PAUSE);
  document.addEventListener("visibilitychange", look);
  stop = () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
  return stop;
}
