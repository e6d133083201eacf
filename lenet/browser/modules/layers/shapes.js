// Shapes of arrays: height, width, channels of maps, or the length of a vector.

// How many numbers an array of that shape holds.
export function places(shape) {
  return shape.reduce((product, side) => product * side, 1);
}
