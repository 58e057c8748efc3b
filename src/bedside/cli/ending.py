"""How the command line ends: an error becomes a sentence and an exit code."""

import typer

from bedside.cli.commands import app
from bedside.errors import BedsideError, StorageError

__all__ = ["run_app"]

INTERRUPTED = 130


def run_app(arguments: list[str] | None = None) -> int:
    """Run the command line; errors of bedside become a message and their exit code.

    Parameters
    ----------
    arguments : list of str, optional
        Instead of those of the process.

    Returns
    -------
    int
        Exit code.
    """
    from bedside.cli.telling import tell_error

    try:
        left = app(args=arguments, standalone_mode=False)
    except BedsideError as error:
        tell_error(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        left = INTERRUPTED
    except OSError as error:
        return _system_error(error)
    except Exception as error:
        return _usage_error(error)
    if left == INTERRUPTED:  # typer turns Ctrl-C into this code without a word
        tell_error("interrupted; what was finished is kept, the same command goes on from there")
    return left if isinstance(left, int) else 0


def _system_error(error: OSError) -> int:
    import errno

    from bedside.cli.telling import tell_error

    full = error.errno == errno.ENOSPC
    tell_error(
        "the disk is full; free some space and give the same command again: nothing that was finished is lost"
        if full
        else f"the system refused: {error.strerror or type(error).__name__}"
    )
    return StorageError.exit_code


def _usage_error(error: Exception) -> int:
    """Leave with what the command-line library says; anything else is a fault of bedside and is shown whole."""
    show, code = getattr(error, "show", None), getattr(error, "exit_code", None)
    if code is None:
        raise error
    if show is not None:
        show()
    return int(code)
