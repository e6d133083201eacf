// Start: a click says what was on the page when it was made. Data come from `start_button.py`.

export default function ({ data, parentElement, setTriggerValue }) {
  const button = parentElement.querySelector("button");
  button.disabled = data.disabled;
  button.onclick = () => setTriggerValue("pressed", data.shown);
}
