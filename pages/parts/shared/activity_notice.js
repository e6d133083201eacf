// What the class does together: a line on every page that leads there. On the page of the activity itself the page
// is drawn anew where the server is at another point than what was drawn, and the seconds of a round are counted.

const folder = location.pathname.replace(/\/+$/, "").replace(/[^/]*$/, "");
const PAUSE = 4000; // milliseconds until a server that gave no answer is asked again

async function now() {
  try {
    const reply = await fetch(`${folder}lenet/activity`, { cache: "no-store" });
    return reply.ok ? await reply.json() : { isOut: reply.status === 403 };
  } catch {
    return null; // the server is gone, and Streamlit says so
  }
}

let stop = null;
let count = 0;

export default function ({ data, parentElement, setTriggerValue }) {
  stop?.(); // Streamlit 1.67 calls again for newer data, and ends nothing of the call before
  const line = parentElement.querySelector(".notice");
  const [words, button] = line.children;
  let timer = null;
  let clock = null;
  let asked = ""; // the version for which the page was asked to be drawn anew

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
  const look = async () => {
    clearTimeout(timer);
    const answer = document.hidden ? null : await now();
    if (!line.isConnected) return;
    if (answer?.isOut) setTriggerValue("changed", (count += 1)); // the page says so
    if (answer?.version !== undefined) show(answer);
    timer = setTimeout(look, answer?.wait ? 1000 * answer.wait : PAUSE);
  };
  button.onclick = () => setTriggerValue("open", (count += 1));
  const onVisible = () => document.hidden || look();
  document.addEventListener("visibilitychange", onVisible);
  look();
  stop = () => {
    clearTimeout(timer);
    clearInterval(clock);
    document.removeEventListener("visibilitychange", onVisible);
  };
  return stop;
}
