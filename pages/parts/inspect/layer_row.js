// The network as a row of layers, each a button: its name, small maps, its shape. Data come from `layer_row.py`; maps
// of a network that the browser computes are drawn by its modules, which `layer_row.py` puts before this: `folder`, `loading`.

// The modules' part; → a function that ends it.
function live(pictures) {
  let leave = null, left = false;
  loading.then(({ thumbnails }) => { if (!left) leave = thumbnails({ page: "inspect", folder, pictures }); });
  return () => { left = true; leave?.(); };
}

export default function ({ data, parentElement, setTriggerValue }) {
  const row = parentElement.querySelector(".row");
  while (row.children.length > data.layers.length) row.lastChild.remove();
  while (row.children.length < data.layers.length) {
    const button = document.createElement("button");
    button.append(...["b", "i", "span"].map((name) => document.createElement(name)));
    row.append(button);
  }
  const pictures = new Map();
  data.layers.forEach((layer, index) => {
    const button = row.children[index];
    const [name, picture, shape] = button.children;
    name.textContent = layer.name;
    pictures.set(layer.key, picture);
    if (button.source !== layer.src) picture.replaceChildren(Object.assign(new Image(), { src: layer.src, alt: "" }));
    button.source = layer.src;
    shape.textContent = layer.shape;
    button.title = layer.title;
    button.disabled = !layer.key;
    button.setAttribute("aria-label", `${layer.name}, ${layer.title}, ${layer.shape}`);
    button.setAttribute("aria-pressed", String(layer.key === data.chosen));
    button.onclick = () => setTriggerValue("picked", layer.key);
  });
  return live(pictures);
}
