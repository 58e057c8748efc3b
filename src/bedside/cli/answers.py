"""Answers of the command line that several verbs take: KEY=VALUE pairs."""

from bedside.errors import InputError

__all__ = ["read_answers"]


def read_answers(pairs: list[str]) -> dict[str, str]:
    """Read KEY=VALUE answers of the source register.

    Raises
    ------
    InputError
        If a pair has no equals sign.
    """
    for pair in pairs:
        if "=" not in pair:
            raise InputError(f"--set wants KEY=VALUE, got '{pair}'")
    return dict(pair.split("=", 1) for pair in pairs)
