"""Terms of looking inside a network. Plain data."""

from lenet.glossary.term import Term

INSPECTION = (
    Term(
        "attribution",
        "Which pixels of an image speak for the predicted class, or for another one. There are several ways "
        "to ask, and they need not agree.",
        "inspect?view=attribution", ("heat map", "explanation"),
    ),
    Term(
        "saliency",
        "Attribution by the gradient: how much the logit of a class changes with each pixel. Times the "
        "pixel it is gradient × input, which leaves the empty background out.",
        "inspect?view=attribution", ("gradient × input", "saliency map"),
        "K. Simonyan, A. Vedaldi, A. Zisserman, “Deep Inside Convolutional Networks”, 2014",
    ),
    Term(
        "Grad-CAM",
        "Attribution by feature maps: those of the last convolution are added up, each weighted by how much "
        "it raises the logit of the class. It is as coarse as the maps are.",
        "inspect?view=attribution", ("class activation map",), "R. R. Selvaraju and others, “Grad-CAM”, 2017",
    ),
    Term(
        "occlusion",
        "Attribution by covering: a gray square slides over the image, and where it lies the fall of the "
        "probability is noted.",
        "inspect?view=attribution", ("sliding square",),
        "M. D. Zeiler, R. Fergus, “Visualizing and Understanding Convolutional Networks”, 2014",
    ),
    Term(
        "feature visualization",
        "An image that is made, step by step up the gradient, so that one kernel or unit is as active as it "
        "can be: it shows what that looks for.",
        "inspect?view=features", ("activation maximization",),
    ),
    Term(
        "ablation",
        "A part of a network is switched off, and it is measured what that costs. A kernel without which "
        "the accuracy falls is needed.",
        "inspect?view=ablation", ("importance", "switched off"),
    ),
    Term(
        "embedding",
        "The values of a hidden layer taken as a point in space: images that are alike to the network lie "
        "close together.",
        "inspect?view=embedding", ("map of the test set", "representation"),
    ),
    Term(
        "principal components",
        "The directions in which points differ most. Two of them make a flat map of an embedding: turned "
        "and seen from one side, without distorting it.",
        "inspect?view=embedding", ("PCA", "explained variance"),
    ),
    Term(
        "t-SNE",
        "A flat map of an embedding that keeps neighbors together: near points stay near. Distances between "
        "groups, and the size of groups, mean little.",
        "inspect?view=embedding&map-by=t-sne", ("neighbors",),
        "L. van der Maaten, G. Hinton, “Visualizing Data using t-SNE”, 2008",
    ),
)  # fmt: skip
