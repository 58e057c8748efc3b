"""The strip of time: accounts in view, bar by bar, each bar a link to its days."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.explore.corpus import Corpus
from bedside.explore.filters import EPOCH
from bedside.report.charts.drawing import both, path, text
from bedside.report.markup import Markup, tag
from bedside.report.printing import STAR

__all__ = ["Bar", "bars", "strip"]

MOST_BARS = 26
STEPS = (7, 14, 28, 91, 182, 365, 730, 1826)  # days
HEIGHT, BASE, TOP = 78, 60, 6  # px


class Bar(NamedTuple):
    """Some days: the first, the last, and the accounts; None where they may not be shown."""

    first: date
    last: date
    accounts: int | None


def bars(corpus: Corpus, rows: npt.NDArray[np.int64], *, small: int) -> list[Bar]:
    """Accounts in view in steps of whole weeks or more, so many that no more than 26 bars stand side by side.

    Parameters
    ----------
    rows : ndarray
        Positions in view; those without a day are left out.
    small : int
        Fewest accounts that are shown.
    """
    days = corpus.day[rows]
    dated = days > -(2**29)
    days, account = days[dated], corpus.account[rows[dated]]
    if not len(days):
        return []
    first, last = int(days.min()), int(days.max())
    step = next((s for s in STEPS if (last - first) // s < MOST_BARS), STEPS[-1])
    first -= (first + 3) % 7  # weeks begin on Monday; day 0 was a Thursday
    at = ((days - first) // step).astype(np.uint16)
    ends = np.cumsum(np.bincount(at))
    account = account[np.argsort(at, kind="stable")]
    out = []
    for n, (start, end) in enumerate(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)):
        people = _people(account[start:end], corpus.accounts) or end - start
        shown = None if 0 < people < small else people
        begins = first + n * step
        out.append(Bar(_day(begins), _day(begins + step - 1), shown))
    return out


def _people(account: npt.NDArray[np.int32], accounts: int) -> int:
    """Different accounts; those without author, numbered last, are none."""
    seen = np.zeros(accounts + 1, bool)
    seen[account] = True
    return int(np.count_nonzero(seen[:accounts]))


def _day(number: int) -> date:
    return EPOCH + timedelta(days=int(number))


def strip(found: Sequence[Bar], address: Callable[[Bar], str]) -> Markup:
    """Draw the bars, wide and slim; a bar that may not be shown is a star."""
    most = max((bar.accounts or 0 for bar in found), default=0) or 1
    told = f"{len(found)} bars; the tallest holds {most:,} accounts. Each opens its days."

    def draw(width: int, kind: str) -> Markup:
        each = width / len(found)
        body = [path(f"M0 {BASE}H{width}", "ax")]
        for at, bar in enumerate(found):
            middle = round(each * (at + 0.5), 1)
            height = 0 if not bar.accounts else max(1.5, (BASE - TOP) * bar.accounts / most)
            mark = (
                text(middle, BASE - 4, STAR, "m t2")
                if bar.accounts is None
                else tag(
                    "rect",
                    class_="bar",
                    x=f"{each * at + 1:.1f}",
                    y=f"{BASE - height:.1f}",
                    width=f"{max(1.0, each - 2):.1f}",
                    height=f"{height:.1f}",
                )
            )
            said = "not shown" if bar.accounts is None else f"{bar.accounts:,}"
            name = f"{bar.first:%-d %b %Y} to {bar.last:%-d %b %Y}: {said} accounts"
            body.append(tag("a", mark, href=address(bar), aria_label=name))
        ends = [(0.0, found[0].first, "t2"), (float(width), found[-1].last, "e t2")]
        body += [text(x, HEIGHT - 2, f"{when:%b %Y}", kind) for x, when, kind in ends]
        return tag(
            "svg",
            *body,
            class_=kind,
            role="group",  # not img: its bars are links
            aria_label=f"Accounts in view over time. {told}",
            width=width,
            height=HEIGHT,
            viewBox=f"0 0 {width} {HEIGHT}",
        )

    return both(draw)
