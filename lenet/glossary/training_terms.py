"""Terms of how a network learns. Plain data."""

from lenet.glossary.term import Term, in_paper

TRAINING = (
    Term(
        "one-hot label",
        "The label as one number for each class: 1 for the true one, 0 for all others. The outputs of a "
        "network are compared with it.",
        "data?view=preprocessing", ("label", "target"),
    ),
    Term(
        "standardization",
        "Pixels less their mean, divided by their standard deviation, so that inputs have mean 0 and "
        "variance 1: then learning is faster. The paper scales background to −0.1 and ink to 1.175 for "
        "that.",
        "data?view=preprocessing", ("scaling", "normalization of pixels"), in_paper("section II.B"),
    ),
    Term(
        "training set",
        "The images that the network learns from: only these change its weights.",
        "data?view=classes", ("training data",), in_paper("section III.A"),
    ),
    Term(
        "validation set",
        "Images that are kept out of the training set, to choose settings by and to see when to stop. It "
        "spares the test set, which has to stay unseen.",
        "train", ("held out",),
    ),
    Term(
        "test set",
        "Images that nothing was chosen by: what a network gets right of them tells how good it is on "
        "images that it has never seen.",
        "evaluate", ("unseen images", "generalization"), in_paper("section III.A"),
    ),
    Term(
        "loss",
        "The number that training makes small: how far predictions are from the labels, averaged over "
        "images.",
        "train", ("objective", "loss function"), in_paper("section I.A"),
    ),
    Term(
        "cross-entropy",
        "The loss of most networks here: the negative logarithm of the probability that the true class was "
        "given. Confident and right costs nothing, confident and wrong a lot.",
        "evaluate", ("log loss", "negative log-likelihood"),
    ),
    Term(
        "mean squared error",
        "The squared differences of outputs and target, averaged. The paper's loss is such a one: the "
        "squared distance to the code of the true class.",
        "train?recipe=lenet5-1998", ("MSE", "squared distance"), in_paper("section II.C, equation 8"),
    ),
    Term(
        "label smoothing",
        "A share of every label is spread over all classes: 0.9 and a little for each instead of 1 and 0. "
        "The network then learns to be less certain.",
        "train?recipe=lenet5-best", (),
        "C. Szegedy and others, “Rethinking the Inception Architecture”, 2016",
    ),
    Term(
        "gradient",
        "The derivative of the loss by every weight: how much the loss rises when that weight grows. "
        "Training steps against it. Backpropagation works it out, layer by layer from the last one.",
        "inspect?view=weights", ("backpropagation", "back-propagation"), in_paper("section I.B and I.C"),
    ),
    Term(
        "batch",
        "The images of one update of the weights: the gradient is their mean. Small batches give many noisy "
        "updates an epoch, large ones few and steady ones.",
        "train", ("batch size", "mini-batch", "update", "step"), in_paper("section I.B"),
    ),
    Term(
        "epoch",
        "One pass over all images of the training set. The paper trained twenty.",
        "train", ("pass", "iteration"), in_paper("section III.B"),
    ),
    Term(
        "optimizer",
        "The rule that makes updates of gradients. SGD steps against the gradient; Adam and RMSprop scale "
        "the step of each weight by how large its gradients have been.",
        "train", ("SGD", "Adam", "AdamW", "RMSprop", "stochastic gradient descent"),
    ),
    Term(
        "learning rate",
        "How far one update moves the weights: the gradient is multiplied by it. Too small learns slowly, "
        "too large jumps over the goal.",
        "train", ("step size",), in_paper("section I.B"),
    ),
    Term(
        "learning rate schedule",
        "How the learning rate changes while training: large steps at first, small ones at the end. Warm-up "
        "lets it rise before that.",
        "train", ("warm-up", "cosine", "one cycle", "decay"), in_paper("section III.B"),
    ),
    Term(
        "momentum",
        "Each update goes on with a share of the one before: steps in the same direction add up, and those "
        "to and fro cancel out. Nesterov's form looks at the gradient where that would lead.",
        "train", ("Nesterov",), "B. T. Polyak, 1964; Y. Nesterov, 1983",
    ),
    Term(
        "Levenberg–Marquardt",
        "The training of 1998, in its stochastic diagonal form: each weight has a learning rate of its own, "
        "the global one divided by its curvature plus a damping μ. The curvatures are an estimate of the "
        "diagonal of the Hessian, the loss's second derivatives.",
        "train?recipe=lenet5-1998",
        ("stochastic diagonal Levenberg–Marquardt", "Hessian diagonal", "damping", "curvature"),
        in_paper("appendix C"),
    ),
    Term(
        "initial weights",
        "The random weights before the first update. Their spread depends on how many inputs a unit has, so "
        "that values neither vanish nor grow from layer to layer.",
        "train", ("initializer", "Glorot", "He", "LeCun"), in_paper("appendix A"),
    ),
    Term(
        "LSUV",
        "Layer-sequential unit variance: initial weights are orthogonal, then each layer is scaled until "
        "its sums have variance 1 on real images.",
        "train", ("layer-sequential unit variance",),
        "D. Mishkin, J. Matas, “All you need is a good init”, 2016",
    ),
    Term(
        "weight decay",
        "All weights shrink a little at every update, so that only those stay large that the data need. As "
        "an L2 penalty half the squared weights join the loss; for plain SGD that is the same.",
        "train", ("L2", "L2 penalty", "regularization"),
    ),
    Term(
        "augmentation",
        "Training images are distorted at random at every update: turned, moved, bent. The network hardly "
        "ever sees an image twice, and errs less on new ones.",
        "data?view=augmentation", ("distortions", "elastic"), in_paper("section III.B"),
    ),
    Term(
        "cutout",
        "An augmentation: a square of background covers a random part of each training image, so that the "
        "network learns to use all parts of a digit.",
        "data?view=augmentation", (), "T. DeVries, G. W. Taylor, “Improved Regularization with Cutout”, 2017",
    ),
    Term(
        "overfitting",
        "A network learns its training images by heart: the loss on them falls on, while that on other "
        "images rises again.",
        "evaluate?view=history", ("overtraining", "generalization gap"), in_paper("section III.B"),
    ),
    Term(
        "early stopping",
        "Training ends when the loss on the validation set has not fallen for some epochs, its patience; "
        "the best epoch can be kept.",
        "evaluate?view=history", ("patience", "best epoch"),
    ),
    Term(
        "fine-tuning",
        "A network that has learned goes on learning from other images, gently: it needs few of them, for "
        "it starts with features that it has.",
        "draw?more=collect", ("transfer learning", "start from"),
    ),
)  # fmt: skip
