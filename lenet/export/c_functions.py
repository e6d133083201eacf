"""The C of the forward pass: one function for each operation and activation, C99, no allocation.

`PREFIX` stands for what all names of one header begin with, `WEIGHT` for the type of a weight, `TIMES_SCALE`
for what makes a sum of int8 weights one of floats. Text alone.
"""

CONVOLUTION = """\
/* Every map sees all maps, through a window that moves; top, left: zeros around the maps. */
static void PREFIX_convolution(const float *in, int height, int width, int channels,
                               const WEIGHT *kernel, SCALES_ARGUMENTconst float *bias,
                               int rows, int columns, int stride, int top, int left,
                               float *out, int out_height, int out_width, int maps) {
  for (int y = 0; y < out_height; ++y)
    for (int x = 0; x < out_width; ++x)
      for (int map = 0; map < maps; ++map) {
        float sum = 0;
        for (int i = 0; i < rows; ++i) {
          const int row = y * stride + i - top;
          if (row < 0 || row >= height) continue;
          for (int j = 0; j < columns; ++j) {
            const int column = x * stride + j - left;
            if (column < 0 || column >= width) continue;
            const float *values = in + (row * width + column) * channels;
            const WEIGHT *weights = kernel + ((map * rows + i) * columns + j) * channels;
            for (int channel = 0; channel < channels; ++channel) sum += values[channel] * weights[channel];
          }
        }
        *out++ = sumTIMES_SCALE + bias[map];
      }
}
"""

MAX = """\
/* The largest of each window; windows do not overlap. */
static void PREFIX_max_pool(const float *in, int width, int channels, int size,
                            float *out, int out_height, int out_width) {
  for (int y = 0; y < out_height; ++y)
    for (int x = 0; x < out_width; ++x)
      for (int channel = 0; channel < channels; ++channel) {
        float found = in[(y * size * width + x * size) * channels + channel];
        for (int i = 0; i < size; ++i)
          for (int j = 0; j < size; ++j) {
            const float value = in[((y * size + i) * width + x * size + j) * channels + channel];
            if (value > found) found = value;
          }
        *out++ = found;
      }
}
"""

AVERAGE = """\
/* The mean of each window; windows do not overlap. */
static void PREFIX_average_pool(const float *in, int width, int channels, int rows, int columns,
                                float *out, int out_height, int out_width) {
  for (int y = 0; y < out_height; ++y)
    for (int x = 0; x < out_width; ++x)
      for (int channel = 0; channel < channels; ++channel) {
        float sum = 0;
        for (int i = 0; i < rows; ++i)
          for (int j = 0; j < columns; ++j)
            sum += in[((y * rows + i) * width + x * columns + j) * channels + channel];
        *out++ = sum / (float)(rows * columns);
      }
}
"""

SCALE_AND_SHIFT = """\
/* Each value times the scale of its channel, plus its shift. */
static void PREFIX_scale_and_shift(const float *in, int places, int channels, const float *scale,
                                   const float *shift, float *out) {
  for (int place = 0; place < places; ++place)
    for (int channel = 0; channel < channels; ++channel) *out++ = *in++ * scale[channel] + shift[channel];
}
"""

DENSE = """\
/* Every input to every unit. */
static void PREFIX_dense(const float *in, int inputs, const WEIGHT *kernel, SCALES_ARGUMENTconst float *bias,
                         float *out, int units) {
  for (int map = 0; map < units; ++map) {
    float sum = 0;
    for (int input = 0; input < inputs; ++input) sum += in[input] * *kernel++;
    out[map] = sumTIMES_SCALE + bias[map];
  }
}
"""

DISTANCES = """\
/* The negated squared distance to the code of each class. */
static void PREFIX_distances(const float *in, int inputs, const int8_t *codes, float *out, int classes) {
  for (int number = 0; number < classes; ++number) {
    float sum = 0;
    for (int input = 0; input < inputs; ++input) {
      const float difference = in[input] - *codes++;
      sum += difference * difference;
    }
    out[number] = -sum;
  }
}
"""

COPY = """\
static void PREFIX_copy(const float *in, int count, float *out) {
  for (int index = 0; index < count; ++index) out[index] = in[index];
}
"""

SOFTMAX = """\
static void PREFIX_softmax(const float *in, int classes, float *out) {
  float largest = in[0], sum = 0;
  for (int index = 1; index < classes; ++index)
    if (in[index] > largest) largest = in[index];
  for (int index = 0; index < classes; ++index) sum += out[index] = expf(in[index] - largest);
  for (int index = 0; index < classes; ++index) out[index] /= sum;
}
"""

# Of one value x.
ACTIVATIONS = {
    "relu": "x > 0 ? x : 0",
    "tanh": "tanhf(x)",
    "scaled_tanh": "1.7159f * tanhf(2.0f / 3.0f * x)",
    "sigmoid": "1 / (1 + expf(-x))",
    "elu": "x > 0 ? x : expm1f(x)",
    "gelu": "0.5f * x * (1 + erff(x * 0.70710678f))",
}


def activation(name: str) -> str:
    """The C function of an activation, in place."""
    return (
        f"static void PREFIX_{name}(float *values, int count) {{\n"
        "  for (int index = 0; index < count; ++index) {\n"
        "    const float x = values[index];\n"
        f"    values[index] = {ACTIVATIONS[name]};\n"
        "  }\n"
        "}\n"
    )
