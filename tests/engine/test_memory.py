"""What a process frees goes back to the machine, seen in processes of their own."""

import sys

import pytest

from tests.fresh_process import outcome_of

_IMPORTS = """
import ctypes, gc, threading
from pathlib import Path
import psutil
from lenet.engine import memory
"""

_MANY_THREADS = """
library, file = ctypes.CDLL(None), sys.argv[2].encode()
if sys.argv[1] == "few":
    print(memory.use_little())
barrier = threading.Barrier(24)
def allocate():
    barrier.wait()
    blocks = [bytes(2000) for _ in range(500)]  # larger than what Python allocates by itself
    barrier.wait()
threads = [threading.Thread(target=allocate) for _ in range(24)]
[thread.start() for thread in threads], [thread.join() for thread in threads]
library.fopen.restype = ctypes.c_void_p
stream = ctypes.c_void_p(library.fopen(file, b"w"))
library.malloc_info(0, stream), library.fclose(stream)
print(Path(sys.argv[2]).read_text().count("<heap nr="))
"""

_LARGE_ONES = """
if sys.argv[1] == "few":
    memory.use_little()
def megabytes():
    return psutil.Process().memory_info().rss / 1e6
def make(pins):
    arrays = []
    for _ in range(20):
        arrays.append(b"x" * 8_000_000)
        pins.append(bytes(100_000))  # between two arrays, if they are in a pool
    return arrays
b"x" * 9_000_000, make([])
before, pins = megabytes(), []
make(pins)
print(round(megabytes() - before))
"""

_REUSED = """
memory.use_little(), memory.reuse()
def megabytes():
    return psutil.Process().memory_info().rss / 1e6
before = megabytes()
del (arrays := [b"x" * 8_000_000 for _ in range(10)])[:]
print(round(megabytes() - before))
memory.give_back()
print(round(megabytes() - before))
"""

_CONVOLUTIONS = """
from lenet.engine import worker
worker._use_little_memory()
import keras, tensorflow as tf
def megabytes():
    memory.give_back()
    return psutil.Process().memory_info().rss / 1e6
@tf.function
def convolve(images, kernel):
    with tf.GradientTape() as tape:
        tape.watch(kernel)
        loss = tf.reduce_sum(tf.nn.relu(tf.nn.conv2d(images, kernel, 1, "SAME")))
    return tape.gradient(loss, kernel)
def of(count):
    return convolve(tf.ones((count, 28, 28, 16)), tf.ones((3, 3, 16, 32))).numpy()
of(1)
before = megabytes()
of(256)
print(round(megabytes() - before))
"""

_GARBAGE = """
gc.disable()
def megabytes():
    return psutil.Process().memory_info().rss / 1e6
def make_garbage():
    for _ in range(20_000):
        node = [bytes(4000)]
        node.append(node)  # refers to itself
keeper, before = memory.Keeper(), megabytes()
print(keeper.look())
make_garbage()
print(round(megabytes() - before), keeper.look(), round(megabytes() - before), keeper.look())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
@pytest.mark.parametrize("wanted", ["few", "usual"])
def test_many_threads_share_one_pool_of_memory(tmp_path, wanted: str) -> None:
    """The C library's own way is eight for each core: what one has freed no other takes."""
    *said, arenas = outcome_of(_IMPORTS, _MANY_THREADS, wanted, tmp_path / "arenas.xml").said
    assert said == (["True"] if wanted == "few" else [])
    assert int(arenas) == 1 if wanted == "few" else int(arenas) > 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
@pytest.mark.parametrize("wanted", ["few", "usual"])
def test_large_arrays_go_back_when_they_are_freed(wanted: str) -> None:
    (left,) = outcome_of(_IMPORTS, _LARGE_ONES, wanted).said
    assert int(left) < 20 if wanted == "few" else int(left) > 60


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
def test_what_is_reused_goes_back_in_the_end() -> None:
    freed, given_back = map(int, outcome_of(_IMPORTS, _REUSED).said)
    assert freed > 60 and given_back < 10


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
def test_what_a_convolution_of_many_images_took_goes_back() -> None:
    """TensorFlow's own pool for oneDNN would keep it: 67 MB; a second one of the C library's, 26 or 52."""
    (kept,) = outcome_of(_IMPORTS, _CONVOLUTIONS).said
    assert int(kept) < 10


def test_garbage_is_given_back_once_a_process_has_grown() -> None:
    untouched, then = outcome_of(_IMPORTS, _GARBAGE).said
    grown, was_time, left, again = then.split()
    assert (untouched, was_time, again) == ("False", "True", "False")
    assert int(grown) > 70 and int(left) < 20


def test_what_is_there_after_the_imports_is_no_longer_looked_at() -> None:
    looked_at = "print(len(gc.get_objects())); memory.settle(); print(len(gc.get_objects()))"
    before, after = map(int, outcome_of(_IMPORTS, looked_at).said)
    assert after < before / 20
