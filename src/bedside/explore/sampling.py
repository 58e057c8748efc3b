"""Sampling: the form at the bench that draws a sample to judge, as `bedside sample draw` does."""

from datetime import datetime

from bedside.errors import InputError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked
from bedside.judge.samples import Sample
from bedside.judge.sampling import draw_sample
from bedside.judge.versions import keep_version

__all__ = ["drawn_by_form"]

MOST = 20_000  # posts asked for in one form: a slip of the key draws no corpus


def drawn_by_form(ground: Ground, asked: Asked, now: datetime) -> Sample:
    """Draw what a form asks for: name, size, layers, and a query where only what it finds is meant.

    Raises
    ------
    InputError
        If the size is none, no layer is ticked, or as `draw_sample` says.
    """
    size = asked.field("size")
    if not size.isdecimal() or not 1 <= int(size) <= MOST:
        raise InputError(f"say how many posts, from 1 to {MOST:,}")
    given = asked.form.getlist("layer") if asked.form is not None else []
    layers = [str(layer) for layer in given if layer]
    if not layers:
        raise InputError("tick the layers that are to be judged")
    with ground.study.locked():
        sample = draw_sample(
            ground.study,
            ground.ask,
            ground.book,
            ground.snapshot,
            name=asked.field("name"),
            size=int(size),
            now=now,
            layers=layers,
            query=asked.field("query"),
        )
        keep_version(ground.study, ground.book)
    return sample
