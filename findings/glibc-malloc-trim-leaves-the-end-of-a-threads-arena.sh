#!/usr/bin/env bash
# glibc 2.36: `malloc_trim(0)` is documented to release "memory in all arenas and in all chunks with whole free pages". What is
# free at the end of an arena, its top chunk, it releases of the main arena alone. A thread's own arena gives that back only
# within `free`, and only beyond M_TRIM_THRESHOLD. A process that has raised that threshold, so that arrays are reused, and
# trims when it is idle, keeps up to 64 MB (the size of such an arena's heap) for each thread that once had a large array.
# With one arena (M_ARENA_MAX=1) the same calls return all of it. Seen in `malloc/malloc.c`, `mtrim` and `systrim`.
# Needs python3 on Linux with glibc. Prints what stays of 25 MB, in MB, with a second arena and without; fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check psutil==7.2.2

cat > stays.py <<'PYTHON'
import ctypes
import sys
import threading

import psutil

library = ctypes.CDLL(None)
library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
library.free.argtypes = [ctypes.c_void_p]
library.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
library.mallopt(M_ARENA_MAX, int(sys.argv[1]))
library.mallopt(M_MMAP_THRESHOLD, 32 << 20)
library.mallopt(M_TRIM_THRESHOLD, 1 << 30)
size = 25_000_000


def megabytes():
    library.malloc_trim(0)
    return psutil.Process().memory_info().rss / 1e6


def use_and_free():
    array = library.malloc(size)
    library.memset(array, 1, size)
    library.free(array)
    print(f"{megabytes() - before:.0f}")


before = megabytes()
thread = threading.Thread(target=use_and_free)
thread.start()
thread.join()
PYTHON

two=$(venv/bin/python stays.py 2)
one=$(venv/bin/python stays.py 1)
echo "$(ldd --version | head -1): of 25 MB that a thread has freed $two MB stay after malloc_trim(0); with one arena $one MB."
[ "$two" -gt 20 ] && [ "$one" -lt 5 ]
