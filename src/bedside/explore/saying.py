"""What you may say now: a figure in a sentence that holds, and what would make it say more."""

from typing import NamedTuple

from bedside.report.figures import Shown
from bedside.report.printing import NARROW, STAR, count, share, span

__all__ = ["Saying", "may_say", "printed"]


class Saying(NamedTuple):
    """A sentence that may be said as it stands, empty where there is none; and why it says no more."""

    sentence: str
    because: str


def is_share(figure: Shown) -> bool:
    """Whether the estimate is a part of a whole."""
    whole = figure.of_posts if figure.unit == "posts" else figure.of_accounts
    return whole is not None and figure.basis != "counted" and 0 <= figure.mid <= 1


def printed(figure: Shown) -> str:
    """The number with its interval, `*` where it may not be shown."""
    if figure.suppressed:
        return STAR
    if not figure.known:
        return "no number"
    if is_share(figure):
        return share(figure.mid, figure.low, figure.high)
    number = f"{figure.mid:,.0f}" if float(figure.mid).is_integer() else f"{figure.mid:,.3g}"
    return f"{number} {span(figure.low, figure.high, None)}".rstrip()


def estimand(figure: Shown) -> str:
    """What is counted, in words: the first clause of its method."""
    return figure.method.partition(";")[0]


def may_say(figure: Shown, *, small: int) -> Saying:
    """What a released figure lets one say.

    Parameters
    ----------
    figure : Shown
    small : int
        Fewest accounts that are shown.
    """
    if figure.suppressed:
        return Saying(
            "",
            f"Fewer than {small} accounts may stand behind it, or it would give another number away.",
        )
    if not figure.known:
        return Saying("", f"No number: {figure.refused or 'nothing was estimated'}.")
    if figure.basis == "counted":
        return Saying(
            f"In these sources: {printed(figure)} {figure.unit}.",
            "A plain count; nothing is estimated.",
        )
    whole = figure.of_posts if figure.unit == "posts" else figure.of_accounts
    of = (
        f"Of {count(whole, small)} {figure.unit} in these sources"
        if whole is not None
        else "In these sources"
    )
    if figure.basis == "judged" and figure.judging is not None:
        read = f"{figure.judging.judged:,} {figure.unit} that people judged without seeing what the machine proposed"
        return Saying(f"{of}, {printed(figure)}: {estimand(figure)}.", f"It rests on {read}.")
    return Saying(
        f"{of}, a program counts {printed(figure)}: {estimand(figure)}. Nobody has checked it.",
        f"A machine count: its 95{NARROW}% interval holds the play of chance, not the program's errors.",
    )
