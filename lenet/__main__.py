"""`python -m lenet`: the command line."""

from lenet.cli import main

if __name__ == "__main__":
    main()
