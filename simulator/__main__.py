"""``python -m simulator``: the phone in the browser; with a command, one from the terminal."""

import sys

from simulator.terminal.main import main

if __name__ == "__main__":
    sys.exit(main())
