"""A worker loads Keras without pandas and scikit-learn, and has both when it asks for them."""

from tests.fresh_process import outcome_of

LOADED = "print(*sorted({'pandas', 'sklearn', 'keras', 'tensorflow'} & set(sys.modules)))"


def test_keras_comes_alone_and_the_others_when_they_are_asked_for():
    used = "import keras, sklearn.decomposition as d; print(keras.Sequential.__name__, d.PCA.__name__)"
    outcome = outcome_of("from lenet.engine.lean_import import load_keras", f"load_keras()\n{LOADED}\n{used}")
    assert outcome.said == ["keras tensorflow", "Sequential PCA"]


def test_what_is_loaded_already_stays_loaded():
    first = "import sklearn\nfrom lenet.engine.lean_import import load_keras"
    then = f"before = sys.modules['sklearn']\nload_keras()\nprint(sys.modules['sklearn'] is before)\n{LOADED}"
    assert outcome_of(first, then).said == [
        "True",
        "keras pandas sklearn tensorflow",
    ]  # scikit-learn asks for pandas itself
