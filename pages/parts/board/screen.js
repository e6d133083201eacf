// The board: asks the server for what is new and shows it. The page does not run for it.

const folder = location.pathname.replace(/\/+$/, "").replace(/[^/]*$/, "");
const PAUSE = 4000; // milliseconds until a server that gave no answer is asked again

async function answerTo(asked) {
  try {
    const reply = await fetch(`${folder}lenet/board?${new URLSearchParams(asked)}`, { cache: "no-store" });
    return reply.ok ? await reply.json() : { isOut: reply.status === 403 };
  } catch {
    return null; // the server is gone, and Streamlit says so
  }
}

let stop = null;
let count = 0;

export default function ({ data, parentElement, setTriggerValue }) {
  stop?.(); // Streamlit 1.67 calls again for newer data, and ends nothing of the call before
  const board = parentElement.querySelector(".board");
  board.classList.toggle("teacher", data.is_teacher);
  let timer = null;
  let have = "";
  let asked = ""; // at which point the page was asked to be drawn anew
  let ahead = 0; // milliseconds of the server's clock before this one's

  const look = async () => {
    clearTimeout(timer);
    const answer = document.hidden ? null : await answerTo({ show: data.show, by: data.by, have });
    if (!board.isConnected) return;
    if (answer?.isOut) setTriggerValue("changed", (count += 1)); // the page says so
    if (answer?.version !== undefined) {
      ahead = 1000 * answer.now - Date.now();
      if (answer.version !== have) board.innerHTML = answer.html;
      have = answer.version;
      if (data.is_teacher && answer.at !== data.at && answer.at !== asked) {
        asked = answer.at; // the buttons are drawn for another point
        setTriggerValue("changed", (count += 1));
      }
    }
    timer = setTimeout(look, answer?.wait ? 1000 * answer.wait : PAUSE);
  };
  const tick = setInterval(() => {
    for (const clock of board.querySelectorAll("[data-until]")) {
      clock.textContent = `${Math.max(0, Math.ceil(clock.dataset.until - (Date.now() + ahead) / 1000))} s`;
    }
  }, 250);
  board.onclick = ({ target }) => {
    const who = target.closest("[data-hide]")?.dataset.hide;
    if (who) setTriggerValue("hide", { who, count: (count += 1) });
  };
  const onVisible = () => document.hidden || look();
  document.addEventListener("visibilitychange", onVisible);
  look();
  stop = () => {
    clearTimeout(timer);
    clearInterval(tick);
    document.removeEventListener("visibilitychange", onVisible);
  };
  return stop;
}
