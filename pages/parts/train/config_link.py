"""A configuration is a link: the recipe, weights and data set that it names, and what differs from these.

Must not import TensorFlow or Keras.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lenet.data import datasets
from lenet.data.drawing_collection import NAME
from lenet.data.persons_digits import own_digits
from lenet.errors import DatasetError, ModelError
from lenet.networks.architectures import ARCHITECTURES
from lenet.runs.config import RunConfig
from lenet.training import fine_tuning, recipe_choice
from lenet.training.recipes import RECIPES
from pages.parts.shared.link import has, look, write_all
from pages.parts.shared.link_field_kinds import Field, Setting
from pages.parts.shared.link_fields import NO_RECIPE, SETTINGS
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.train.proposal import own_or_named

_NOBODYS = "lenet5-relu"  # what settings without a recipe are compared with


def config_of_link() -> tuple[RunConfig, list[str]]:
    """What the link sets up, and what is wrong with it in sentences."""
    (recipe, problem), (spec, _), (dataset, _) = (look(LINK[name]) for name in ("recipe", "from", "dataset"))
    if dataset == NAME and not datasets.available(NAME):  # unless a class has written some together
        dataset = own_digits().name
    base, sentences = _named(recipe, spec, dataset)
    found = {name: look(field) for name, field in _fields(base).items()}
    values = {name: _value(name, found[name][0]) for name in SETTINGS}
    layers = _layers(base, found["architecture"][0], found["layers"][0])
    values |= {"layers": layers, "architecture": own_or_named(layers)}
    sentences = [problem, *sentences, *(each for _, each in found.values())]
    return base.model_copy(update=values), [each for each in sentences if each]


def texts_of_config(config: RunConfig) -> dict[str, str]:
    """What a link says of it, by name: `config_of_link` reads that again."""
    fields, values = _entries(config)
    texts = {name: fields[name].in_link(value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if text is not None}


def keep_in_link(config: RunConfig) -> None:
    """The link of the page is one to that configuration; what it sets up without saying so is left out."""
    fields, values = _entries(config)
    if texts_of_config(config) == {"recipe": recipe_choice.first_recipe()} and not has(LINK["recipe"]):
        values["recipe"] = None
    write_all(fields, values)


def _entries(config: RunConfig) -> tuple[Mapping[str, Field], dict[str, Any]]:
    """The fields of a link to it, with defaults, and the value of each; None: not in the link."""
    spec, dataset = config.initial_weights, None
    recipe = config.recipe if config.recipe in RECIPES else None if spec else NO_RECIPE
    base, _ = _named(recipe, spec, None)
    if config.dataset != base.dataset:
        dataset = config.dataset
        base, _ = _named(recipe, spec, dataset)
    names = {"recipe": recipe, "from": spec, "dataset": dataset}
    settings = {name: getattr(config, name) for name in SETTINGS}
    return LINK | _fields(base), names | settings | _network(config, base)


def _named(recipe: str | None, spec: str | None, dataset: str | None) -> tuple[RunConfig, list[str]]:
    """The settings that these three stand for; without a recipe a model is gone on from gently."""
    config, sentences = _of_recipe(recipe, dataset)
    if spec:
        try:
            source = fine_tuning.find(spec)
            on = datasets.info(dataset if dataset in datasets.all_datasets() else source.config.dataset)
            config = (fine_tuning.with_source(config, source) if recipe
                      else fine_tuning.fine_tuned(source, on))  # fmt: skip
        except (ModelError, DatasetError) as error:
            sentences.append(f"Start from: {error}")
    return config, sentences


def _of_recipe(recipe: str | None, dataset: str | None) -> tuple[RunConfig, list[str]]:
    """A recipe on a data set; where only one of them is named, or a wrong one, what suits."""
    is_known = dataset in datasets.all_datasets()
    if recipe == NO_RECIPE:
        config = RECIPES[_NOBODYS].config.model_copy(update={"recipe": None})
    else:
        config = RECIPES[recipe or _suiting(dataset, is_known)].config
    if is_known:
        return config.model_copy(update={"dataset": dataset}), []
    if not dataset:
        return config, []
    problem = f"{' '.join(datasets.problems(dataset))} Another one is shown."
    return recipe_choice.on_data_here(config), [problem]


def _suiting(dataset: str | None, is_known: bool) -> str:
    return recipe_choice.recipe_for(dataset) if is_known else recipe_choice.first_recipe()


def _fields(base: RunConfig) -> dict[str, Field]:
    """Those of the settings and of the network: what a link leaves out is as in `base`."""
    settings = {name: replace(LINK[name], default=getattr(base, name)) for name in SETTINGS}
    return settings | {name: LINK[name] for name in ("architecture", "layers")}


def _network(config: RunConfig, base: RunConfig) -> dict[str, Any]:
    """By the name of an architecture, else layer by layer."""
    if config.layers == base.layers:
        return {"architecture": None, "layers": None}
    named = own_or_named(config.layers)
    return {"architecture": named, "layers": None if named else config.layers}


def _layers(base: RunConfig, named: str | None, own: tuple | None) -> tuple:
    return own or (ARCHITECTURES[named].layers if named else base.layers)


def _value(name: str, value: Any) -> Any:
    """Of a setting: 0 in the link is none where it may be left out."""
    field = LINK[name]
    return None if isinstance(field, Setting) and field.can_be_none and not value else value
