#!/usr/bin/env bash
# Keras 3.15.1 on TensorFlow 2.21.0: each new `tf.function` that calls `optimizer.apply` keeps its graph for good, also
# after the function is gone and garbage is collected. A training process grows with every compiled network: LeNet-5
# leaves some 7 MB. Seen in `keras/src/backend/tensorflow/optimizer.py`: `_all_reduce_sum_gradients` goes through an
# all-reduce that is a `tf.custom_gradient`, which registers its closure in a global registry that never forgets.
# A step that assigns to the variable itself keeps none; nor does `apply` without that sum, which one replica can spare.
# Needs python3. Prints the graphs that stay; fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder TF_CPP_MIN_LOG_LEVEL=3 KERAS_BACKEND=tensorflow CUDA_VISIBLE_DEVICES=-1
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check tensorflow==2.21.0 keras==3.15.1

cat > count.py <<'PYTHON'
import gc
import logging

import keras
import tensorflow as tf
from tensorflow.python.framework.func_graph import FuncGraph

ROUNDS = 10
logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it warns of functions made anew, which is the point


def graphs_that_stay(make_step):
    for _ in range(ROUNDS):
        weight = keras.Variable([1.0, 2.0])
        tf.function(make_step(weight))()
    gc.collect()
    before = sum(isinstance(each, FuncGraph) for each in gc.get_objects())
    for _ in range(ROUNDS):
        weight = keras.Variable([1.0, 2.0])
        tf.function(make_step(weight))()
    gc.collect()
    return sum(isinstance(each, FuncGraph) for each in gc.get_objects()) - before


def with_apply(weight, all_reduce=True):
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build([weight])
    if not all_reduce:
        optimizer._all_reduce_sum_gradients = lambda pairs: pairs
    return lambda: optimizer.apply([tf.ones(2)], [weight])


def by_hand(weight):
    return lambda: weight.assign(weight - 0.1)


found = {
    "optimizer.apply": graphs_that_stay(with_apply),
    "optimizer.apply without the sum over replicas": graphs_that_stay(lambda weight: with_apply(weight, False)),
    "an assignment": graphs_that_stay(by_hand),
}
for name, count in found.items():
    print(f"graphs that stay after {ROUNDS} functions with {name}: {count}")
assert list(found.values()) == [ROUNDS, 0, 0], "it behaves otherwise now"
PYTHON
venv/bin/python count.py
