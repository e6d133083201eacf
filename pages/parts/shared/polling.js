// Asks the server what is new, again and again while somebody looks at the tab. No page runs for it.

const folder = location.pathname.replace(/\/+$/, "").replace(/[^/]*$/, "");
const PAUSE = 4000; // milliseconds until a server that gave no answer is asked again
const LONGEST_WAIT = 30_000; // milliseconds for an answer: a laptop that changes its network never gets the old one

async function answerTo(path, options) {
  try {
    const reply = await fetch(folder + path, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT), ...options });
    return reply.ok ? await reply.json() : { isOut: reply.status === 403 };
  } catch {
    return null; // the server is gone, and Streamlit says so
  }
}

// As long as the element is on the page: `path` says what to ask, `take` has each answer, whose `wait` says when
// to ask again, in seconds; `options`: what fetch takes besides. Returns what ends it.
export function poll(element, path, take, options = () => ({})) {
  let timer = null;
  let turn = 0;
  const look = async () => {
    clearTimeout(timer);
    const own = (turn += 1);
    const answer = document.hidden ? null : await answerTo(path(), options());
    if (own !== turn || !element.isConnected) return; // somebody came back meanwhile, and it was asked anew
    if (answer) take(answer);
    timer = setTimeout(look, answer?.wait ? 1000 * answer.wait : PAUSE);
  };
  const onVisible = () => document.hidden || look();
  document.addEventListener("visibilitychange", onVisible);
  look();
  return () => {
    turn += 1;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onVisible);
  };
}
