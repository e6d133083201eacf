"""A training process of its own, for tests to halt and to kill: trains the run folders that it is given."""

import sys
from pathlib import Path

from lenet import forward, jobs


def main() -> None:
    """Prints what became of each run."""
    forward.use_one_thread_an_operation()
    for path in map(Path, sys.argv[1:]):
        print(jobs.train_run(str(path.resolve())), flush=True)


if __name__ == "__main__":
    main()
