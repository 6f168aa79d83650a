"""``python -m api``: the platform's API from the terminal."""

import sys

from api.terminal.main import main

if __name__ == "__main__":
    sys.exit(main())
