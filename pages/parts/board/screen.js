// The board: asks the server for what is new (`poll` of polling.js) and shows it.

let stop = null;
let count = 0;

export default function ({ data, parentElement, setTriggerValue }) {
  stop?.(); // Streamlit 1.67 calls again for newer data, and ends nothing of the call before
  const board = parentElement.querySelector(".board");
  board.classList.toggle("teacher", data.is_teacher);
  let have = "";
  let asked = null; // at which point the page was asked to be drawn anew
  let ahead = 0; // milliseconds of the server's clock before this one's

  const path = () => `lenet/board?${new URLSearchParams({ show: data.show, by: data.by, have })}`;
  const endPolling = poll(board, path, (answer) => {
    if (answer.isOut) setTriggerValue("changed", (count += 1)); // the page says so
    if (answer.version === undefined) return;
    ahead = 1000 * answer.now - Date.now();
    if (answer.version !== have) board.innerHTML = answer.html;
    have = answer.version;
    if (data.is_teacher && answer.at !== data.at && answer.at !== asked) {
      asked = answer.at; // the buttons are drawn for another point
      setTriggerValue("changed", (count += 1));
    }
  });
  const tick = setInterval(() => {
    for (const clock of board.querySelectorAll("[data-until]")) {
      clock.textContent = `${Math.max(0, Math.ceil(clock.dataset.until - (Date.now() + ahead) / 1000))} s`;
    }
  }, 250);
  board.onclick = ({ target }) => {
    const who = target.closest("[data-hide]")?.dataset.hide;
    if (who) setTriggerValue("hide", { who, count: (count += 1) });
  };
  stop = () => {
    endPolling();
    clearInterval(tick);
  };
  return stop;
}
