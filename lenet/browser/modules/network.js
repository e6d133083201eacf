// A network that answers in the browser: its layers one after the other, each in a module of `layers/`.

import { softmax } from "./layers/activations.js";
import { LAYER_KINDS } from "./layers/kinds.js";
import { places } from "./layers/shapes.js";
import { parse } from "./safetensors.js";

// What `lenet/browser/network_file.py` wrote, an ArrayBuffer → Network. Throws where it cannot be computed here.
export function readNetwork(buffer) {
  const { metadata, arrays } = parse(buffer);
  return new Network(JSON.parse(metadata.network), arrays);
}

function arraysOf(arrays, name) {
  const own = Object.entries(arrays).filter(([path]) => path.startsWith(`${name}/`));
  return Object.fromEntries(own.map(([path, array]) => [path.slice(name.length + 1), array]));
}

// The softmax at the end is taken once, whatever the last layer is called.
function withoutSoftmax(settings) {
  const [kept, without] = [{ ...settings }, "linear"];
  if (kept.activation === "softmax") kept.activation = without;
  if (kept.function === "softmax") kept.function = without;
  return kept;
}

export class Network {
  constructor(description, arrays) {
    this.description = description;
    this.classes = description.classes;
    this.input = new Float32Array(places(description.input_shape));
    this.layers = [];
    let shape = description.input_shape;
    for (const [index, settings] of description.layers.entries()) {
      const make = LAYER_KINDS[settings.kind];
      if (!make) throw new Error(`the layer ${settings.kind}`);
      const isLast = index === description.layers.length - 1;
      const layer = make(isLast ? withoutSoftmax(settings) : settings, arraysOf(arrays, settings.name), shape);
      this.layers.push({ key: settings.name, label: settings.label, title: settings.title, output: null, ...layer });
      shape = layer.shape;
    }
  }

  // Pixels, (height × width × channels) 0 to 255, into the middle of the input, scaled as for training.
  prepare(pixels) {
    const [height, width, channels] = this.description.image_shape;
    const [rows, columns] = this.description.input_shape;
    const [top, left] = [Math.floor((rows - height) / 2), Math.floor((columns - width) / 2)];
    const [scale, offset] = [this.description.scale, this.description.offset].map(Math.fround);
    this.input.fill(offset);
    for (let row = 0; row < height; row += 1) {
      const [from, to] = [row * width * channels, ((top + row) * columns + left) * channels];
      for (let place = 0; place < width * channels; place += 1) {
        this.input[to + place] = Math.fround(pixels[from + place] * scale) + offset;
      }
    }
  }

  // Pixels of one image → the probability of each class. What the layers gave stays in `layers[…].output`.
  predict(pixels) {
    this.prepare(pixels);
    let values = this.input;
    for (const layer of this.layers) layer.output = values = layer.run(values);
    const probabilities = Float32Array.from(values);
    softmax(probabilities);
    return probabilities;
  }
}
