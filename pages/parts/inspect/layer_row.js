// The network as a row of layers, each a button: its name, small maps, its shape. Data come from `layer_row.py`.

export default function ({ data, parentElement, setTriggerValue }) {
  const row = parentElement.querySelector(".row");
  while (row.children.length > data.layers.length) row.lastChild.remove();
  while (row.children.length < data.layers.length) {
    const button = document.createElement("button");
    button.append(...["b", "img", "span"].map((name) => document.createElement(name)));
    row.append(button);
  }
  data.layers.forEach((layer, index) => {
    const button = row.children[index];
    const [name, image, shape] = button.children;
    name.textContent = layer.name;
    if (image.getAttribute("src") !== layer.src) image.src = layer.src;
    image.alt = "";
    shape.textContent = layer.shape;
    button.title = layer.title;
    button.disabled = !layer.key;
    button.setAttribute("aria-label", `${layer.name}, ${layer.title}, ${layer.shape}`);
    button.setAttribute("aria-pressed", String(layer.key === data.chosen));
    button.onclick = () => setTriggerValue("picked", layer.key);
  });
}
