"""`python -m bedside`: the command line, or with a module's name a worker process."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    from bedside.cli.commands import run_app

    sys.exit(run_app())


if __name__ == "__main__":
    main()
