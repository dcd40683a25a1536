"""`python -m tests.answers [FILE…]`."""

import sys

from tests.answers.generating import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
