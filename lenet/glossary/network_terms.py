"""Terms of what a network is made of. Plain data."""

from lenet.glossary.term import Term, in_paper

NETWORK = (
    Term(
        "convolution",
        "A layer whose units all look at a small window of the layer before, each at another place, with "
        "the same weights. So a stroke is found wherever it lies, with few weights.",
        "inspect?view=arithmetic", ("convolutional layer", "weight sharing"), in_paper("section II.A"),
    ),
    Term(
        "kernel",
        "The weights of a convolution that make one feature map: a small square for each input map. Its "
        "value at a place is the window there times the kernel, number by number, all added up.",
        "inspect?view=kernels", ("filter", "convolution mask"), in_paper("section II.A"),
    ),
    Term(
        "feature map",
        "What one kernel makes of its input: a picture that is strong where the input looks like the "
        "kernel. A layer has as many maps as it has kernels.",
        "inspect?view=kernels", ("activation map", "channel"), in_paper("section II.A"),
    ),
    Term(
        "stride",
        "How many pixels the window of a convolution or of a pool moves from one output to the next. With "
        "stride 2 a map is half as high and half as wide.",
        "train", ("step of the window",),
    ),
    Term(
        "padding",
        "A margin around an image or a map. “Same” adds zeros so that a convolution keeps the size; “valid” "
        "adds none, and a k×k kernel takes k − 1 rows and columns away.",
        "data?view=preprocessing", ("same", "valid", "zero padding"), in_paper("section II.B"),
    ),
    Term(
        "pooling",
        "Each map is made smaller by itself: of every window one value is left, the largest (max pooling) "
        "or the mean (average pooling). Where exactly a feature lies then matters less.",
        "inspect?view=arithmetic", ("max pooling", "average pooling", "global average pooling"),
    ),
    Term(
        "subsampling",
        "The pooling of the paper of 1998: the sum of a 2×2 window, times one trainable coefficient and "
        "plus one trainable bias for each map, then squashed by the activation.",
        "train?recipe=lenet5-1998", ("S2", "S4"), in_paper("section II.B"),
    ),
    Term(
        "partial connections",
        "A layer of the paper whose maps see some maps of the layer before, and not all: a table says "
        "which. That breaks the symmetry, so that maps have to learn different features, and saves "
        "connections.",
        "train?recipe=lenet5-1998", ("connection table", "C3"), in_paper("section II.B and table I"),
    ),
    Term(
        "dense layer",
        "A layer whose every unit sees every value of the layer before, each with a weight of its own.",
        "inspect?view=weights", ("fully connected layer", "F6"), in_paper("section II.B"),
    ),
    Term(
        "activation",
        "The function that a unit's sum goes through: without one, several layers could do no more than a "
        "single one. Relu makes negative sums 0; tanh squashes all between −1 and 1; the paper has 1.7159 · "
        "tanh(2a/3).",
        "inspect?view=arithmetic", ("relu", "tanh", "sigmoid", "squashing function"), in_paper("appendix A"),
    ),
    Term(
        "logits",
        "The outputs of the last layer before softmax: any numbers, the largest for the predicted class.",
        "inspect?view=arithmetic", ("score", "logit"),
    ),
    Term(
        "softmax",
        "Makes probabilities of logits: e to the power of each, divided by the sum of all. So they are "
        "positive and add up to 1.",
        "inspect?view=arithmetic", ("probabilities",),
    ),
    Term(
        "RBF units",
        "The outputs of the paper of 1998: radial basis functions. Each is the squared distance of what "
        "comes in to a fixed code of its class, a bitmap of the printed character; the smallest one is the "
        "prediction. The paper's drawing calls them Gaussian connections.",
        "train?recipe=lenet5-1998",
        ("radial basis function", "Gaussian connections", "codes", "Euclidean RBF"),
        in_paper("section II.B and figures 2 and 3"),
    ),
    Term(
        "batch normalization",
        "Each channel is brought to mean 0 and variance 1 over the batch, then a trainable scale and shift "
        "follow. Later predictions take running means instead of the batch's.",
        "train?recipe=mnist-fast", ("batch norm", "normalization layer"),
        "S. Ioffe, C. Szegedy, “Batch Normalization”, 2015",
    ),
    Term(
        "dropout",
        "While training, a random part of the values is set to 0 at every update, so that no unit can rely "
        "on a few others. What is left is scaled up, so that sums stay the same.",
        "train?recipe=digits-quick", ("regularization",), "N. Srivastava and others, “Dropout”, 2014",
    ),
    Term(
        "trainable parameters",
        "The numbers that training changes: weights and biases. A convolution has few, for all places share "
        "the same kernel.",
        "train", ("parameters", "weights", "biases", "free parameters"), in_paper("section II.B"),
    ),
    Term(
        "connections",
        "The inputs and the bias of each unit, added up over all units, as the paper counts them. Units "
        "that share a kernel have connections each, and parameters together.",
        "train", (), in_paper("section II.B"),
    ),
    Term(
        "multiply-adds",
        "Multiplications, each with an addition, that a network takes to predict one image: a measure of "
        "how much it computes. Biases are left out.",
        "train", ("multiply-accumulate operations", "MAC", "cost"), in_paper("section III.C"),
    ),
    Term(
        "receptive field",
        "The part of the input image that one unit depends on. It grows from layer to layer: by the "
        "kernel's size less 1, times all strides before.",
        "train", ("local receptive field",), in_paper("section II.A"),
    ),
)  # fmt: skip
