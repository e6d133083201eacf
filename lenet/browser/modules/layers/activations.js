// Activation functions, each in place on a Float32Array; the formulas are those of Keras 3.

const AMPLITUDE = 1.7159; // of the scaled tanh of the paper of 1998, appendix A
const SLOPE = 2 / 3;

// Error function, to 1.5e-7 (Abramowitz and Stegun, 1964, formula 7.1.26).
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const value = 1 - series * Math.exp(-x * x);
  return x < 0 ? -value : value;
}

const OF_ONE_VALUE = {
  relu: (x) => (x > 0 ? x : 0),
  tanh: Math.tanh,
  scaled_tanh: (x) => AMPLITUDE * Math.tanh(SLOPE * x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
};

// Logits to probabilities: only the last layer of a network has it.
export function softmax(values) {
  const largest = values.reduce((most, each) => Math.max(most, each), -Infinity);
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] = Math.exp(values[index] - largest);
  for (let index = 0; index < values.length; index += 1) values[index] /= sum;
}

function relu(values) {
  for (let index = 0; index < values.length; index += 1) if (!(values[index] > 0)) values[index] = 0;
}

// The function of that name, of values in place. Throws on an unknown name.
export function activation(name) {
  if (name === "linear") return () => {};
  if (name === "relu") return relu;
  const of = OF_ONE_VALUE[name];
  if (!of) throw new Error(`the activation ${name}`);
  return (values) => {
    for (let index = 0; index < values.length; index += 1) values[index] = of(values[index]);
  };
}
