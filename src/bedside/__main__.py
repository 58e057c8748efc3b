"""`python -m bedside`: the command line."""

import os
import sys

from bedside.store.linear_algebra import keep_to_one_thread

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    keep_to_one_thread(os.environ)
    try:
        from bedside.cli.ending import run_app
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(run_app())


if __name__ == "__main__":
    main()
