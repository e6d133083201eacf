"""Terms of how good a network is. Plain data."""

from lenet.glossary.term import Term, in_paper

EVALUATION = (
    Term(
        "confusion matrix",
        "How many images of each class (row) were predicted as each class (column). Correct predictions are "
        "on the diagonal; every other cell is a kind of error.",
        "evaluate?view=confusion", ("errors by class",),
    ),
    Term(
        "Wilson interval",
        "How exactly so many images can tell the accuracy: of such 95 % intervals, 95 of 100 contain the "
        "accuracy that endless images would show.",
        "evaluate", ("confidence interval", "accuracy"), "E. B. Wilson, 1927",
    ),
    Term(
        "precision",
        "Of the images that are predicted as a class, the share that is it. Low precision is many false "
        "alarms.",
        "evaluate?view=classes", ("false positive", "false alarm"),
    ),
    Term(
        "recall",
        "Of the images of a class, the share that is predicted as it. Low recall is many missed.",
        "evaluate?view=classes", ("sensitivity", "false negative", "missed"),
    ),
    Term(
        "F1",
        "One number for precision and recall: their harmonic mean, which is near the smaller of the two.",
        "evaluate?view=classes", ("F-score", "harmonic mean"),
    ),
    Term(
        "calibration",
        "Whether probabilities can be believed: of the images predicted with 80 %, a well calibrated "
        "network is correct on 80 %. One whose confidence is above its accuracy is overconfident.",
        "evaluate?view=calibration", ("confidence", "reliability diagram", "overconfident"),
        "C. Guo and others, “On Calibration of Modern Neural Networks”, 2017",
    ),
    Term(
        "expected calibration error",
        "Calibration in one number: predictions are sorted into bins by confidence, and the differences of "
        "confidence and accuracy averaged, each bin by its images. 0 is perfect.",
        "evaluate?view=calibration", ("ECE", "calibration error"),
        "C. Guo and others, “On Calibration of Modern Neural Networks”, 2017",
    ),
    Term(
        "rejection",
        "A network may refuse the images of which it is least certain, and errs less on the rest. The paper "
        "compares networks by the share that they must reject to err on 0.5 % of the rest.",
        "evaluate?view=calibration", ("abstention", "not sure"), in_paper("section III.C"),
    ),
    Term(
        "McNemar's test",
        "Whether one of two networks is better on the same images, or only luckier. It looks at the images "
        "on which just one is correct: were both equally good, each would win half of them.",
        "evaluate?view=compare", ("significance", "p-value"), "Q. McNemar, 1947",
    ),
    Term(
        "Pareto front",
        "Of many networks those than which no other one is better in both of two ways, as in size and error. "
        "Which of them to take depends on what counts; any other network is a worse choice.",
        "compare?view=scatter", ("Pareto optimal", "trade-off", "non-dominated"), "V. Pareto, 1906",
    ),
    Term(
        "parallel coordinates",
        "A vertical axis for each setting and each figure, and a line for each run through all of them. "
        "Where lines of good runs run together, a setting matters; where they cross at will, it does not.",
        "compare?view=parallel", ("hyperparameter search", "sweep"), "A. Inselberg, 1985",
    ),
)  # fmt: skip
