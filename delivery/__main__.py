"""``python -m delivery``: the journal from the terminal."""

import sys

from delivery.terminal.main import main

if __name__ == "__main__":
    sys.exit(main())
