"""`python -m tests.answers [ARGUMENTS OF PYTEST]`."""

import sys

from tests.answers.generating import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
