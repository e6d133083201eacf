"""What the paper of 1998 leaves open of the classifiers of figure 9, and what is done here: for a person.

Text alone; must not import anything of the project.
"""

_LEAST_SQUARES = (
    "Which error the weights minimise is open. Here: the squared difference to 1 for the digit and 0 for the "
    "others, solved exactly"
)
_SHEAR = (
    "How digits are deslanted is open. Here: sheared along the rows by the covariance of row and column over "
    "the variance of the row, in 28×28."
)
_NEIGHBOURS = (
    "Here K = 3, and the nearer ones count more; rejected by how much nearer the nearest class is than the "
    "next one. The paper leaves these open."
)
_NETWORK = (
    "How it was trained is open. Here, and not as in the paper: scaled tanh, softmax and cross-entropy, 20 "
    "passes in batches of 32 by gradient descent with momentum 0.9, the rate from 0.03 down to 0 along half "
    "a cosine (chosen on training digits)."
)
_DISTORTED = (
    " Every digit is distorted anew in each of the 20 passes (moved, scaled, stretched, sheared, as for "
    "lenet5-1998-distorted), so 1.2 million different ones; LeNet-5's 600,000 were made once in the paper."
)
_SUPPORT = (
    "Constants are open. Here: images scaled to length 1, the kernel ((x·y + 1) / 2) to that degree, C = 2, "
    "a machine for each pair of classes. Rejected by the narrowest decision."
)
_LENET_4 = (
    "The network is lenet-4-like of the catalogue: 4, 8, 16 and 16 maps and 120 units as in the paper, with "
    "full connections, so three times its parameters. "
)

NOTES: dict[str, str] = {
    "linear": f"{_LEAST_SQUARES}.",
    "linear-deslanted": f"{_LEAST_SQUARES}. {_SHEAR}",
    "pairwise-linear": "Which error the weights minimise is open. Here: the squared difference to 1 and −1, "
    f"solved exactly for each of the 45 pairs; outputs are clipped to that before they are added. {_SHEAR}",
    "nearest-neighbours": f"{_NEIGHBOURS} All 28×28 pixels are compared.",
    "nearest-neighbours-deslanted": f"{_NEIGHBOURS} {_SHEAR}",
    "principal-components": f"{_LEAST_SQUARES}, of the 40 components, their squares and products.",
    "radial-basis": "Centres and widths are open. Here: 100 centres a class by K-means, one width for all, "
    "the mean squared distance to the hundred nearest centres; the linear classifier by least squares.",
    "tangent-distance": "The pixels are blurred by 0.7 of a pixel, chosen on training digits. By tangent "
    "distance only the 200 training digits are compared that are nearest by Euclidean distance. Seven "
    "tangents, of both digits; one neighbour decides. How 20×20 became 16×16 is open: here by the mean of "
    "areas.",
    "support-vectors": f"{_SUPPORT} {_SHEAR}",
    "reduced-set": "Not measured here: scikit-learn has no method to reduce a set of support vectors.",
    "virtual-support-vectors": f"{_SUPPORT} The support vectors of a first machine are moved by a pixel in "
    "four directions, and with these a second one is trained.",
    "784-300-10": _NETWORK,
    "784-300-10-distorted": _NETWORK + _DISTORTED,
    "400-300-10": f"{_NETWORK} {_SHEAR} Then the 20×20 around the middle of the digit are cut out.",
    "784-1000-10": _NETWORK,
    "784-1000-10-distorted": _NETWORK + _DISTORTED,
    "784-300-100-10": _NETWORK,
    "784-300-100-10-distorted": _NETWORK + _DISTORTED,
    "784-500-150-10": _NETWORK,
    "784-500-150-10-distorted": _NETWORK + _DISTORTED,
    "lenet-1": f"The network is lenet1-1998 of the catalogue. {_NETWORK} How 20×20 became 16×16 is open: "
    "here by the mean of areas.",
    "lenet-4": _LENET_4 + _NETWORK,
    "lenet-4-neighbours": f"{_LENET_4}Neighbours in what the same network's 120 units give. {_NEIGHBOURS}",
    "lenet-4-local": f"{_LENET_4}For each test digit a linear classifier of the same network's 120 units is "
    "found: by least squares with a ridge, of the 200 training digits whose units are nearest. How many, and "
    "how, is open.",
    "boosted-lenet-4": f"{_LENET_4}{_NETWORK} Three of them, whose probabilities are added: the first learns "
    "distorted digits; of twenty other distorted versions of each digit the second learns those that the "
    "first gets wrong and as many others, the third those on which the two disagree: as many updates as the "
    "first, 100 passes at most, distorted anew in each.",
    "lenet-5": "The pretrained model lenet5-1998, one seed; its recipe says where it departs from the paper, "
    "docs/results.md how three seeds differ.",
    "lenet-5-distorted": "The pretrained model lenet5-1998-distorted, one seed; its recipe says where it "
    "departs from the paper, docs/results.md how three seeds differ.",
}
