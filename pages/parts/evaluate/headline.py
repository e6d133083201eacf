"""The headline of an evaluation: accuracy with its interval, errors, loss, what was published.

Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask
from lenet.formatting import percent
from lenet.proportion import accuracy
from lenet.runs.listing import summarize
from lenet.training import published_results
from lenet.training.recipes import RECIPES
from pages.parts.evaluate.task_choice import meaning
from pages.parts.shared.glossary_links import help_on
from pages.parts.shared.markdown import escaped
from pages.parts.shared.model_choice import Chosen

_INTERVAL_HELP = help_on(
    "Wilson interval",
    words="Wilson's interval: how exactly so many images can tell the accuracy; such intervals contain it 95 "
    "times of 100. It knows nothing of other seeds: train again to see those.",
)
_LOSS_HELP = help_on(
    "cross-entropy",
    words="Mean cross-entropy: the negative logarithm of the probability that the true class was given. "
    "Unlike the accuracy it punishes being confident and wrong.",
)


def headline(task: EvaluationTask, found: EvaluationResult) -> None:
    """A row of figures."""
    result, figure = found.evaluation, published_for(task)
    low, high = result.accuracy_interval
    with st.container(horizontal=True, gap="large"):
        said = accuracy(result.accuracy, result.count)
        st.metric("Accuracy", said, width="content", help=help_on("test set"))
        interval = f"{100 * low:.2f} to {100 * high:.2f} %"
        st.metric("95 % interval", interval, width="content", help=_INTERVAL_HELP)
        st.metric(f"Errors in {result.count:,}", f"{result.errors:,}", width="content")
        st.metric("Loss", f"{result.loss:.4f}", width="content", help=_LOSS_HELP)
        if figure:
            st.metric("Published", percent(figure.accuracy), width="content", help=escaped(figure.source))


def about(task: EvaluationTask, found: EvaluationResult) -> None:
    """What the images were to the model, and where the published figure lies; in a narrow column."""
    st.caption(escaped(f"Evaluated on {meaning(task)}."))
    if task.data.class_names != task.predicted_names:
        st.caption("It predicts the classes of its own training data: they are matched by number.")
    if figure := published_for(task):
        st.caption(escaped(published_results.in_words(figure, found.evaluation.accuracy_interval)))
        return
    if words := what_lacks(task):
        st.caption(escaped(words))


def what_lacks(task: EvaluationTask) -> str:
    """That the source of the model's recipe published no accuracy on these images; "" where it has others."""
    config = task.model.config
    recipe = RECIPES.get(config.recipe or "") if config else None
    is_its_data = recipe and task.is_own_data and task.data.name == recipe.config.dataset
    if not is_its_data or task.split != "test" or recipe.source == "LeNet Lab":
        return ""
    words = "no accuracy" if recipe.expected.test_accuracy is None else "no accuracy of this epoch"
    return f"{recipe.source}: published {words}."


def published_for(task: EvaluationTask) -> published_results.Published | None:
    """What the source of the model's recipe says about these images."""
    epoch = task.model.reference.epoch_number
    return published_results.published(task.model.config, task.data.name, task.split, epoch)


def state_of(chosen: Chosen) -> None:
    """A sentence where the run is not simply finished."""
    if chosen.model.run_folder is None or chosen.state == "finished":
        return
    if chosen.state in ("queued", "running", "paused"):
        words = "its epochs so far can be evaluated. Later ones come by themselves."
        st.info(f"This run is {chosen.state}: {words}", icon=":material/model_training:")
    else:
        end = _ENDS.get(chosen.state, chosen.state)
        reason = f" {summarize(chosen.model.run_folder).status.error or ''}"
        words = f"This run {end}; what it had learned by then is evaluated.{reason}"
        st.warning(escaped(words.rstrip()), icon=":material/warning:")


_ENDS = {
    "failed": "failed",
    "stopped": "was stopped before its last epoch",
    "interrupted": "was interrupted, nobody trains it any more",
}
