"""``python -m api``: the platform's API from the terminal."""

import logging
import sys

from api.terminal.main import main

if __name__ == "__main__":
    # What the log would say on stderr, the one line of the error says.
    logging.getLogger().addHandler(logging.NullHandler())
    sys.exit(main())
