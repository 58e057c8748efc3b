"""Sentences that the figures decide: pure functions from figures to words.

One rule runs through all of them: that one thing is told by more accounts than another is said only where the
two intervals do not overlap. Otherwise the sentence says that they cannot be told apart.
"""

from collections.abc import Callable, Sequence
from math import ceil

from bedside.errors import InputError
from bedside.report.figures import Shown
from bedside.report.printing import count, listed, months, share

__all__ = [
    "by_size",
    "leaders",
    "of_whom",
    "sample_needed",
    "share_sentence",
    "standing_out",
    "told_apart",
    "wait_sentence",
    "wait_title",
]

Wording = Callable[[Shown], str]
_MOST_NAMED = 3  # more than three that cannot be told apart are counted, not named
_NUMBERS = {2: "two", 3: "three"}
_Z90 = 1.645  # two-sided 90 %, as the formula of R30 states it
_FEW_POSITIVES = 20  # under 20 judged positives only an exact interval holds


def by_size(figures: Sequence[Shown]) -> list[Shown]:
    """Figures with a number, largest first; equal ones in the order of release."""
    return sorted((f for f in figures if f.known), key=lambda f: -f.mid)


def told_apart(larger: Shown, smaller: Shown) -> bool:
    """Whether two intervals do not overlap; without intervals nothing is told apart, unless it was counted."""
    if larger.basis == smaller.basis == "counted" and larger.low is None and smaller.low is None:
        return larger.mid > smaller.mid
    if larger.low is None or smaller.high is None:
        return False
    return larger.low > smaller.high


def leaders(figures: Sequence[Shown]) -> list[Shown]:
    """The largest figure and all that cannot be told apart from it; zeros never lead."""
    ranked = [f for f in by_size(figures) if f.mid > 0]
    return [f for f in ranked if f is ranked[0] or not told_apart(ranked[0], f)]


def standing_out(figures: Sequence[Shown], *, verb: str, wording: Wording, rest: str) -> str:
    """Say which of several things most accounts tell, or that it cannot be told.

    Parameters
    ----------
    figures : sequence of Shown
        Figures over the same accounts that are compared with each other.
    verb : str
        What accounts do, such as `complain of`.
    wording : callable
        The figure in words, as it stands after the verb.
    rest : str
        What the leader is compared with, such as `anything else in care`.

    Returns
    -------
    str
        A sentence without a full stop; empty where nothing can be said.

    Examples
    --------
    >>> def told(code, mid, low, high):
    ...     return Shown(
    ...         id="", measure="", keys={"code": code}, unit="", estimate=mid, low=low, high=high
    ...     )
    >>> clear = [told("waiting", 0.4, 0.35, 0.45), told("cost", 0.1, 0.08, 0.12)]
    >>> name = lambda figure: figure.keys["code"]
    >>> standing_out(clear, verb="complain of", wording=name, rest="anything else")
    'More accounts complain of waiting than of anything else'
    >>> close = [clear[0], told("cost", 0.38, 0.33, 0.43)]
    >>> standing_out(close, verb="complain of", wording=name, rest="anything else")
    'Accounts complain most often of waiting and of cost; the two cannot be told apart'
    """
    first = leaders(figures)
    if not first:
        return ""
    act, _, link = verb.partition(" ")
    before = f"{link} " if link else ""
    if len(by_size(figures)) == 1:
        return f"Only one number may be shown: accounts that {verb} {wording(first[0])}"
    if len(first) > _MOST_NAMED:
        return f"No one thing stands out: the {len(first)} that most accounts {verb} cannot be told apart"
    if len(first) == 1:
        said = f"More accounts {verb} {wording(first[0])} than {before}{rest}"
    else:
        named = listed([before + wording(f) for f in first])
        said = f"Accounts {act} most often {named}; the {_NUMBERS[len(first)]} cannot be told apart"
    if any(f.shields for f in figures):  # one that is not shown may lead
        return f"Of what may be shown, {said[0].lower()}{said[1:]}"
    return said


def of_whom(figure: Shown, who: str, *, small: int) -> str:
    """Say of whom a share is, as every share must (R50).

    Examples
    --------
    >>> figure = Shown(id="", measure="", keys={}, unit="accounts", estimate=0.4, of_accounts=1204)
    >>> of_whom(figure, "tell a search", small=8)
    'Of 1,204 accounts in these sources that tell a search'
    """
    if figure.unit == "posts":
        return f"Of {count(figure.of_posts, small)} posts in these sources that {who}"
    return f"Of {count(figure.of_accounts, small)} accounts in these sources that {who}"


def share_sentence(
    figures: Sequence[Shown], *, who: str, verb: str, wording: Wording, small: int
) -> str:
    """Say the numbers of the leading figures, with their n and intervals; empty where none may be shown."""
    first = leaders(figures)
    if not first:
        return ""
    named, link = first[:_MOST_NAMED], verb.partition(" ")[2]
    parts = [
        f"{share(f.mid, f.low, f.high)} {link if at else verb} {wording(f)}".replace("  ", " ")
        for at, f in enumerate(named)
    ]
    return f"{of_whom(named[0], who, small=small)}, {listed(parts)}.{_tie(len(first))}"


def _tie(number: int) -> str:
    """Say of several leaders that their order is not known; empty for one."""
    if number <= _MOST_NAMED:
        return f" The {_NUMBERS[number]} cannot be told apart." if number > 1 else ""
    return f" These and {number - _MOST_NAMED} more cannot be told apart."


def wait_title(wait: Shown) -> str:
    """Say the median of ended waits, with its n."""
    return (
        f"Half of {count(wait.hits_accounts)} accounts that tell an ended wait "
        f"waited {months(wait.mid)} or longer for the diagnosis"
    )


def wait_sentence(wait: Shown, since: str) -> str:
    """Say the median of ended waits in full; waits still going on never enter it (R51)."""
    return (
        f"Of {count(wait.hits_accounts)} accounts in these sources that say how long the diagnosis took"
        f"{since}, half waited {months(wait.mid, wait.low, wait.high)} or longer."
    )


def sample_needed(prevalence: float, *, alpha: float = 0.667) -> int:
    """Posts two readers would have to judge to make a machine count evidence.

    Parameters
    ----------
    prevalence : float
        Share of posts that carry the code, 0 < prevalence < 1.
    alpha : float, default 0.667
        Agreement to be shown, Krippendorff's alpha; 0.667 allows tentative, 0.80 reliable conclusions.

    Returns
    -------
    int
        The larger of two numbers: posts that give 20 positives, under which only an exact interval holds, and
        posts that show the agreement.

    Raises
    ------
    InputError
        If prevalence or alpha lies outside 0..1, ends excluded.

    References
    ----------
    Krippendorff (2011), Communication Methods and Measures 5:93-112, equation for the sample size:
    N = 2 z^2 [(1 + a)(3 - a) / (4 (1 - a) p (1 - p)) - a], z = 1.645.

    Examples
    --------
    >>> sample_needed(0.25), sample_needed(0.25, alpha=0.8)
    (81, 139)
    """
    if not 0 < prevalence < 1 or not 0 < alpha < 1:
        msg = (
            f"prevalence {prevalence} or alpha {alpha} is outside 0..1; give shares between 0 and 1"
        )
        raise InputError(msg)
    rare = (1 + alpha) * (3 - alpha) / (4 * (1 - alpha) * prevalence * (1 - prevalence))
    agreement = 2 * _Z90**2 * (rare - alpha)
    return max(ceil(_FEW_POSITIVES / prevalence), ceil(agreement))
