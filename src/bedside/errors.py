"""Every error bedside raises on purpose. Each says what we got, what we need and what to do.

BedsideError                exit 1   anything bedside raises on purpose
├── InputError              exit 2   a value, file or setting that has no meaning here (also ValueError)
│   ├── FormatError         exit 2   no mapping for this format, or a file that cannot be read as it claims
│   └── QueryError          exit 2   a Boolean query that cannot be read
├── PermissionRefused       exit 3   the source register or the privacy policy forbids it (also PermissionError)
├── NotFoundError           exit 4   a study, key, snapshot or evidence id that is not there (also LookupError)
├── StorageError            exit 5   the disk is full, or a file of the study cannot be written or read (also OSError)
├── StaleError              exit 6   something changed underneath: an erasure, another run (also RuntimeError)
└── SourceError             exit 7   a live source that cannot be reached, refuses, or answers nonsense (also OSError)

No message ever holds the text of a post, a handle or an author's name.
"""

from difflib import get_close_matches

__all__ = [
    "BedsideError",
    "FormatError",
    "InputError",
    "NotFoundError",
    "PermissionRefused",
    "QueryError",
    "SourceError",
    "StaleError",
    "StorageError",
    "suggest",
]


class BedsideError(Exception):
    """Base class; catch this to catch anything bedside raises on purpose."""

    exit_code = 1


class InputError(BedsideError, ValueError):
    """The caller gave a value, file or setting that has no meaning here."""

    exit_code = 2


class FormatError(InputError):
    """No mapping for this format, or a file that cannot be read as what it claims to be."""


class QueryError(InputError):
    """A Boolean query that cannot be read; the message points at the place."""


class PermissionRefused(BedsideError, PermissionError):
    """The source register or the privacy policy forbids what was asked."""

    exit_code = 3


class NotFoundError(BedsideError, LookupError):
    """A study, key, snapshot or evidence id that is not there."""

    exit_code = 4


class StorageError(BedsideError, OSError):
    """A file of the study could not be written or read; the study itself stays readable."""

    exit_code = 5


class StaleError(BedsideError, RuntimeError):
    """Something changed underneath, such as an erasure, so that the answer no longer holds."""

    exit_code = 6


class SourceError(BedsideError, OSError):
    """A live source could not be reached, refused, or gave no answer that can be read; what came stays."""

    exit_code = 7


def suggest(wrong: str, known: list[str] | tuple[str, ...]) -> str:
    """End of a message: the nearest known name, or the known names.

    Parameters
    ----------
    wrong : str
        What was given.
    known : list of str
        What would have been understood.

    Returns
    -------
    str
        ``did you mean 'x'?`` or ``known here: ...``.

    Examples
    --------
    >>> suggest("titel", ["title", "question"])
    "did you mean 'title'?"
    """
    near = get_close_matches(wrong, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return "known here: " + ", ".join(sorted(known))
