"""`python -m bedside`: the command line."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        from bedside.cli.ending import run_app
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(run_app())


if __name__ == "__main__":
    main()
