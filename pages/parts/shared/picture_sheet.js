// A sheet of small pictures in one image: hovering reads a value, a click or the arrow keys pick one.
// Data comes from `picture_sheet.py`; positions are in cells (values) of a tile, sizes in pixels of the image.

const NONE = -1;

function numbers(text) {
  if (!text) return null;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

// The tile and the cell under the pointer, or null between tiles.
function placeAt(event, image, data) {
  const box = image.getBoundingClientRect();
  const scale = image.naturalWidth / box.width;
  const x = (event.clientX - box.left) * scale;
  const y = (event.clientY - box.top) * scale;
  const stepX = data.cells[1] * data.zoom + data.gap;
  const stepY = data.cells[0] * data.zoom + data.gap;
  const tile = Math.floor(y / stepY) * data.columns + Math.floor(x / stepX);
  const row = Math.floor((y % stepY) / data.zoom);
  const column = Math.floor((x % stepX) / data.zoom);
  const outside = x < 0 || y < 0 || x >= image.naturalWidth || tile < 0 || tile >= data.count;
  return outside || row >= data.cells[0] || column >= data.cells[1] ? null : { tile, row, column };
}

function words(place, data, values) {
  const label = data.labels[place.tile] ?? "";
  if (!values) return label;
  const [height, width] = data.cells;
  const value = values[(place.tile * height + place.row) * width + place.column];
  const where = height * width > 1 ? `row ${place.row}, column ${place.column}: ` : "";
  return `${label} · ${where}${Number(value.toPrecision(5))}`;
}

// In % of the image, so that marks stay where they belong when the page gets narrower.
function frame(element, mark, data) {
  const stepX = data.cells[1] * data.zoom + data.gap;
  const stepY = data.cells[0] * data.zoom + data.gap;
  const width = data.columns * stepX - data.gap;
  const height = Math.ceil(data.count / data.columns) * stepY - data.gap;
  const left = (mark.tile % data.columns) * stepX + mark.column * data.zoom;
  const top = Math.floor(mark.tile / data.columns) * stepY + mark.row * data.zoom;
  element.style.left = `${(100 * left) / width}%`;
  element.style.top = `${(100 * top) / height}%`;
  element.style.width = `${(100 * mark.width * data.zoom) / width}%`;
  element.style.height = `${(100 * mark.height * data.zoom) / height}%`;
  element.className = `mark ${mark.kind}`;
}

function neighbour(data, key) {
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  const [tile, row, column] = data.picked;
  if (data.picks === "tile") {
    const next = tile + right + down * data.columns;
    return next < 0 || next >= data.count ? null : { tile: next, row, column };
  }
  const next = { tile, row: row + down, column: column + right };
  const inside = next.row >= 0 && next.column >= 0 && next.row < data.cells[0] && next.column < data.cells[1];
  return inside ? next : null;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const figure = parentElement.querySelector("figure");
  const image = figure.querySelector("img");
  const marks = figure.querySelector(".marks");
  const tip = figure.querySelector("output");
  const values = numbers(data.values);
  const pick = (place) => setTriggerValue("picked", [place.tile, place.row, place.column]);

  if (image.getAttribute("src") !== data.src) image.src = data.src;
  image.alt = data.alt;
  image.width = data.width;
  figure.classList.toggle("clickable", Boolean(data.picks));
  figure.tabIndex = data.picks ? 0 : -1;
  while (marks.children.length > data.marks.length) marks.lastChild.remove();
  while (marks.children.length < data.marks.length) marks.append(document.createElement("div"));
  data.marks.forEach((mark, index) => frame(marks.children[index], mark, data));

  image.onmousemove = (event) => {
    const place = placeAt(event, image, data);
    tip.textContent = place ? words(place, data, values) : "";
    tip.style.top = `${event.clientY - figure.getBoundingClientRect().top + 18}px`;
    const right = event.clientX - figure.getBoundingClientRect().left;
    tip.style.left = `${Math.min(right, Math.max(0, figure.clientWidth - tip.offsetWidth))}px`;
  };
  image.onmouseleave = () => (tip.textContent = "");
  image.onclick = (event) => {
    const place = data.picks && placeAt(event, image, data);
    if (place) pick(place);
  };
  figure.onkeydown = (event) => {
    if (!data.picks || !event.key.startsWith("Arrow") || data.picked[0] === NONE) return;
    event.preventDefault();
    const place = neighbour(data, event.key);
    if (place) pick(place);
  };

  // A step is asked for when the one before it has been drawn.
  clearTimeout(figure.timer);
  if (data.pace) figure.timer = setTimeout(() => setTriggerValue("stepped", data.step), data.pace);
  return () => clearTimeout(figure.timer);
}
