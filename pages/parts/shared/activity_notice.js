// What the class does together: a line on every page that leads there. On the page of the activity itself the page
// is drawn anew where the server is at another point than what was drawn, and the seconds of a round are counted. `poll` is that of polling.js.

let stop = null;
let count = 0;

export default function ({ data, parentElement, setTriggerValue }) {
  stop?.(); // Streamlit 1.67 calls again for newer data, and ends nothing of the call before
  const line = parentElement.querySelector(".notice");
  const [words, button] = line.children;
  let clock = null;
  let asked = null; // the version for which the page was asked to be drawn anew

  const show = ({ version, words: said, left }) => {
    clearInterval(clock);
    const end = performance.now() + 1000 * (left ?? 0);
    const tell = () => {
      const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const text = data.is_here ? `${seconds} s` : said;
      if (words.textContent !== text) words.textContent = text;
    };
    tell();
    if (data.is_here && left !== null) clock = setInterval(tell, 250);
    line.hidden = data.is_here ? left === null : !version;
    button.hidden = data.is_here;
    if (data.is_here && version !== data.version && version !== asked) {
      asked = version;
      setTriggerValue("changed", (count += 1));
    }
  };
  const endPolling = poll(line, () => "lenet/activity", (answer) => {
    if (answer.isOut) setTriggerValue("changed", (count += 1)); // the page says so
    if (answer.version !== undefined) show(answer);
  });
  button.onclick = () => setTriggerValue("open", (count += 1));
  stop = () => {
    endPolling();
    clearInterval(clock);
  };
  return stop;
}
