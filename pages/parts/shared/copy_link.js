// Copy link: puts it on the clipboard, and says so. Data come from `shared_link.py`.

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button"), said = parentElement.querySelector("output");
  button.onclick = async () => {
    said.textContent = await copied(data.link, parentElement) ? "Copied" : data.link;
  };
}

async function copied(text, parent) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text, parent); // by HTTP from another machine there is no clipboard
  }
}

function copiedFromField(text, parent) {
  const field = Object.assign(document.createElement("textarea"), { value: text });
  parent.append(field);
  field.select();
  const worked = document.execCommand("copy");
  field.remove();
  return worked;
}
