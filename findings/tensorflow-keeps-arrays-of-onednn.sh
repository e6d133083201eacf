#!/usr/bin/env bash
# TensorFlow 2.21.0 on a processor with oneDNN: the arrays of one large convolution in a `tf.function` stay in the process
# for good, after all that refers to them is gone, garbage is collected and the C library has trimmed its memory. oneDNN's
# arrays come from a pool of TensorFlow's own that grows in regions of twice the size and never shrinks, 269 MB after a
# thousand small images, where the process needs 1 MB. With TF_ONEDNN_USE_SYSTEM_ALLOCATOR=1 in its
# environment the C library allocates them instead, and all of it is given back.
# Seen in `tensorflow/core/common_runtime/mkl_cpu_allocator.h`.
# Needs python3 on Linux, x86-64. Prints what stays with the pool and without it, in MB; fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=-1
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check tensorflow==2.21.0 psutil==7.2.2

cat > stays.py <<'PYTHON'
import ctypes
import gc

import psutil
import tensorflow as tf

kernel = tf.random.normal((3, 3, 16, 32))


@tf.function
def convolve(images):
    return tf.reduce_sum(tf.nn.relu(tf.nn.conv2d(images, kernel, 1, "SAME")))


def megabytes():
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return psutil.Process().memory_info().rss / 1e6


convolve(tf.zeros((1, 28, 28, 16)))
before = megabytes()
convolve(tf.random.normal((1000, 28, 28, 16)))
print(f"{megabytes() - before:.0f}")
PYTHON

pool=$(TF_ONEDNN_USE_SYSTEM_ALLOCATOR=0 venv/bin/python stays.py 2>/dev/null)
system=$(TF_ONEDNN_USE_SYSTEM_ALLOCATOR=1 venv/bin/python stays.py 2>/dev/null)
echo "After a convolution of a thousand images $pool MB stay; with TF_ONEDNN_USE_SYSTEM_ALLOCATOR=1 $system MB."
[ "$pool" -gt 100 ] && [ "$system" -lt 30 ]
