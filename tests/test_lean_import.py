"""Keras and scikit-learn are loaded without what they look for, and that is there when it is asked for."""

from tests.fresh_process import outcome_of

LOADED = "print(*sorted({'pandas', 'sklearn', 'keras'} & set(sys.modules)))"
WITHOUT = "from lenet.lean_import import without"


def test_keras_comes_alone_and_the_others_when_they_are_asked_for():
    then = f"with without('pandas', 'sklearn'):\n    import keras\n{LOADED}\nimport sklearn\n{LOADED}"
    assert outcome_of(WITHOUT, then).said == ["keras", "keras pandas sklearn"]


def test_what_is_loaded_already_stays_loaded():
    then = f"import sklearn\nwith without('sklearn', 'pandas'):\n    import pandas, sklearn\n{LOADED}"
    assert outcome_of(WITHOUT, then).said == ["pandas sklearn"]


def test_what_is_hidden_comes_back_after_an_error():
    hidden = "with without('wave'):\n        import wave"
    tried = f"try:\n    {hidden}\nexcept ImportError as error:\n    print(error.name)"
    then = f"{tried}\nimport wave\nprint(wave.__name__)"
    assert outcome_of(WITHOUT, then).said == ["wave", "wave"]


def test_tensorflow_is_loaded_without_them_and_no_collection_looks_at_it_again():
    first = "import gc\nfrom lenet.lean_import import load_tensorflow"
    then = f"load_tensorflow()\n{LOADED}\nprint('tensorflow' in sys.modules, gc.isenabled())"
    then += "\nprint(len(gc.get_objects()) < gc.get_freeze_count() / 20)"
    assert outcome_of(first, then).said == ["keras", "True True", "True"]
