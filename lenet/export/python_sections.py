"""Functions and classes of an exported Python file that only some settings need. Text alone."""

DRAWN = '''\
def drawn(layer):
    """How a layer's first weights are drawn: with LeNet Lab's seed, so that they are the same."""
    seed = np.random.SeedSequence((SEED, layer)).generate_state(1)[0]
    return keras.initializers.{initializer}(seed=int(seed))
'''

UNIT_VARIANCE = '''\
def give_unit_variance(model, images):
    """Scale each kernel so that its sums have variance one on these images (LSUV, Mishkin & Matas 2016)."""
    values = images
    for layer in model.layers:
        if isinstance(layer, (keras.layers.Conv2D, keras.layers.Dense)):
            activation, layer.activation = layer.activation, keras.activations.linear
            deviation = float(keras.ops.std(layer(values)))
            layer.activation = activation
            layer.kernel.assign(layer.kernel / deviation)
        values = layer(values, training=False)
'''

ONE_CYCLE = '''\
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """From 1/25 of the peak up to it, then down to 0, with cosine slopes (Smith & Topin 2018)."""

    def __init__(self, peak, steps, warmup):
        self.peak, self.steps, self.warmup = peak, steps, warmup

    def __call__(self, step):
        position = keras.ops.cast(step, "float32") / self.steps
        rising = 1 / 25 + (1 - 1 / 25) * (1 - self.half_cosine(position / self.warmup))
        falling = self.half_cosine((position - self.warmup) / (1 - self.warmup))
        return self.peak * keras.ops.where(position < self.warmup, rising, falling)

    def half_cosine(self, position):
        return 0.5 * (1 + keras.ops.cos(np.pi * keras.ops.minimum(position, 1.0)))

    def get_config(self):
        return {"peak": self.peak, "steps": self.steps, "warmup": self.warmup}
'''

DISTANCE = '''\
def distance_loss(labels, logits):
    """The distance to the code of the true class; logits are negated distances."""
    true = keras.ops.one_hot(keras.ops.reshape(labels, (-1,)), logits.shape[-1])
    return -keras.ops.sum(true * logits, axis=-1)
'''

MAP = '''\
def map_loss(labels, logits):
    """The loss of 1998, section II.C: a cross-entropy with one more class, for inputs to reject."""
    rejected = keras.ops.full_like(logits[:, :1], -{penalty!r})
    logits = keras.ops.concatenate([logits, rejected], axis=1)
    labels = keras.ops.reshape(labels, (-1,))
    return keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
'''

DISTORTED = '''\
class Distorted(keras.utils.PyDataset):
    """Training images in batches, in another order each epoch, each distorted at random."""

    def __init__(self, images, labels):
        super().__init__()
        self.images, self.labels = images, labels
        self.random = np.random.default_rng(SEED)
        self.on_epoch_end()

    def __len__(self):
        return -(-len(self.images) // BATCH_SIZE)

    def __getitem__(self, index):
        batch = self.order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        images = distorted(self.images[batch], self.random, {settings})
        return images, self.labels[batch]

    def on_epoch_end(self):
        self.order = self.random.permutation(len(self.images))


def distorted(images, random, rotation=0, shift=0, zoom=0, shear=0, aspect=0, flip=0, cutout=0):
    """Images (N, height, width, channels), each turned, moved, scaled, slanted, stretched, …, at random.

    rotation, shear: at most so many degrees; shift, cutout: of the width; zoom, aspect: 0.1 is 10 %;
    flip: the share that is mirrored. Pixels from outside are background.
    """
    count, height, width = images.shape[:3]
    amounts = random.uniform(-1, 1, (5, count))
    angle, slant = amounts[0] * np.radians(rotation), np.tan(amounts[1] * np.radians(shear))
    scale = 1 / (1 + amounts[2] * zoom)
    wider = np.exp(random.uniform(-1, 1, count) * np.log1p(aspect))
    side = np.where(random.uniform(0, 1, count) < flip, -1, 1)
    cos, sin = np.cos(angle), np.sin(angle)
    a0, a1 = side * cos * scale / wider, side * (cos * slant - sin) * scale * wider
    b0, b1 = sin * scale / wider, (sin * slant + cos) * scale * wider
    x, y = (width - 1) / 2, (height - 1) / 2
    a2 = x - a0 * x - a1 * y + amounts[3] * shift * width
    b2 = y - b0 * x - b1 * y + amounts[4] * shift * height
    places = np.stack([a0, a1, a2, b0, b1, b2, 0 * a0, 0 * a0], axis=1).astype(np.float32)
    moved = keras.ops.image.affine_transform(
        images, places, "bilinear", "constant", OFFSET, data_format="channels_last"
    )
    moved = keras.ops.convert_to_numpy(moved)
    rows, columns = random.uniform(0, 1, (2, count, 1)) * [[[height]], [[width]]]
    far_rows = np.abs(np.arange(height) + 0.5 - rows) >= cutout * width / 2
    far_columns = np.abs(np.arange(width) + 0.5 - columns) >= cutout * width / 2
    is_seen = far_rows[:, :, None, None] | far_columns[:, None, :, None]
    return np.where(is_seen, moved, np.float32(OFFSET))
'''
