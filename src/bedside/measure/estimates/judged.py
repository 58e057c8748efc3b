"""The house's estimator: a share of all posts from a judged random sample, with the machine as help.

Below 20 judged positives (or negatives) the exact interval of the judged posts alone; above, a
prediction-powered share. Posts of one account are alike, so that errors are summed by account. Which
interval covers how often is measured in `bench/coverage.py`.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv, stdtrit

from bedside.errors import InputError
from bedside.measure.estimates.records import Floats
from bedside.measure.estimates.sample import Corpus, Rows, Sample, check_sample, machine_part
from bedside.measure.shares import TAIL, Share, wilson_of

__all__ = [
    "EXACT",
    "FEW_POSITIVES",
    "JUDGED_ONLY",
    "LEAST_JUDGED",
    "MOST_OF_ONE",
    "POWERED",
    "JudgedShare",
    "exact_share",
    "judged_only_share",
    "judged_share",
    "powered_share",
]

FEW_POSITIVES = 20  # below, normal-theory intervals cover .86-.93 instead of .95 (simulated)
LEAST_JUDGED = 30  # below, an interval is too wide to say more than "not known"
MOST_OF_ONE = 0.5  # part of the judged rows that may be of one account
EXACT, JUDGED_ONLY, POWERED = "exact", "judged only", "prediction-powered"


class JudgedShare(NamedTuple):
    """A share that rests on judgements.

    Attributes
    ----------
    value, low, high : float or None
        Share and 95 % interval in 0..1; None where refused.
    estimator : str
        `EXACT`, `JUDGED_ONLY` or `POWERED`.
    judged, positives, accounts : int
        Judged rows, those that carry the code, and accounts that wrote them.
    weight : float
        Weight of the machine, 0..1.
    effective : float
        Independent judged rows that would tell as much.
    refused : str
        Why there is no share; empty where there is one.
    """

    value: float | None
    low: float | None
    high: float | None
    estimator: str
    judged: int
    positives: int
    accounts: int
    weight: float = 0.0
    effective: float = 0.0
    refused: str = ""


def judged_share(sample: Sample, corpus: Corpus | None = None) -> JudgedShare:
    """Share of all rows that carry a code, from a judged random sample of them.

    Parameters
    ----------
    sample : Sample
        Every row drawn by a known probability, none chosen; decisions made without seeing the machine's.
    corpus : Corpus, optional
        What the machine says of all rows; without it the judged rows stand alone.

    Returns
    -------
    JudgedShare
        Refused under `LEAST_JUDGED` rows, or where more than half are of one account; exact under
        `FEW_POSITIVES` positives or negatives; else prediction-powered where a corpus is given.

    Raises
    ------
    InputError
        If the rows do not fit each other, or a probability is not in 0..1.

    Notes
    -----
    Do not use it for a sample that was chosen (uncertain-first, by keyword), nor for another population than
    the one drawn from: a sample of posts says nothing of the share of accounts.
    """
    rows = check_sample(sample, corpus)
    refused = _refusal(rows)
    if refused:
        return _share(rows, EXACT, None, refused=refused)
    positives = int(rows.y.sum())
    if min(positives, len(rows.y) - positives) < FEW_POSITIVES:
        return exact_share(sample, corpus)
    if corpus is None or sample.machine is None:
        return judged_only_share(sample, corpus)
    return powered_share(sample, corpus)


def exact_share(sample: Sample, corpus: Corpus | None = None) -> JudgedShare:
    """Clopper-Pearson's interval at the effective number of judged rows; from judgements alone.

    Notes
    -----
    n_eff = p (1 - p) / clustered variance, never more than the rows judged, times
    (t of rows - 1 / t of effective accounts - 1)^2. Where all rows or none carry the code the clustered variance says
    nothing: n_eff is then the rows over Kish's factor for accounts of unequal size.

    References
    ----------
    Korn and Graubard (1998), Survey Methodology 24:193-201.
    """
    rows = check_sample(sample, corpus)
    n, value = _effective(rows, _between(rows, rows.y, corpus)), _mean(rows)
    if rows.accounts > 1:
        n *= float(
            (stdtrit(len(rows.y) - 1, TAIL) / stdtrit(max(1.0, rows.voices() - 1), TAIL)) ** 2
        )
    hits = value * n
    low = float(betaincinv(hits, n - hits + 1, TAIL)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1 - TAIL)) if n - hits > 1e-9 else 1.0
    return _share(rows, EXACT, Share(value, low, high), effective=n)


def judged_only_share(sample: Sample, corpus: Corpus | None = None) -> JudgedShare:
    """Wilson's interval of the judged rows alone, clustered by account; see `powered_share`."""
    rows = check_sample(sample, corpus)
    spread = rows.by_account(rows.centred(rows.y))
    more = _between(rows, rows.y, corpus)
    variance = _variance(rows, spread, rows.centred(rows.y), fitted=1, more=more)
    return _interval(rows, JUDGED_ONLY, _mean(rows), variance)


def powered_share(sample: Sample, corpus: Corpus) -> JudgedShare:
    """Prediction-powered share: the machine's share of all rows, corrected by its errors on judged ones.

    Raises
    ------
    InputError
        If the sample lacks the machine's values, or an account of it is not in the corpus.

    Notes
    -----
    theta = lambda m + sum w (y - lambda f) with m the machine's share of all rows and w = 1 / probability,
    scaled to the size of each stratum. The influence of account a is
    A_a + lambda B_a, A_a = sum w (y - mean y), B_a = (marked_a - rows_a m) / N - sum w (f - mean f); the
    variance is the sum of its squares, each divided by 1 - the account's part of the judged rows (CR2), never less
    than that of unclustered rows; where there are strata plus the spread of their means times sum rows_a^2 / N^2, since
    other accounts like these would fill them otherwise; lambda = -sum A B / sum B^2, clipped to 0..1, makes it least: the tuning of
    PPI++, clustered, and with the machine's spread among the judged rows, as a regression estimator has it.
    Interval: Wilson's at n_eff = theta (1 - theta) / variance with a t quantile; its degrees of freedom are Kish's
    effective number of accounts - 1, which is the number of accounts - 1 where all write equally much.

    References
    ----------
    Angelopoulos, Duchi and Zrnic (2023), arXiv:2311.01453; Bell and McCaffrey (2002), Survey Methodology 28:169-181
    (CR2); Carter, Schnepel and Steigerwald (2017), REStat 99:698-709 (effective clusters); Egami et al. (2023), arXiv:2306.04746 (known
    probabilities); Saerndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, 6.3.
    """
    rows = check_sample(sample, corpus)
    if sample.machine is None:
        raise InputError(
            "a prediction-powered share needs what the machine said of the judged rows"
        )
    sums = corpus.sums
    m = sums.hits / sums.posts
    own = machine_part(sample.account, rows, corpus, m)
    errors = rows.by_account(rows.centred(rows.y))
    helped = own - rows.by_account(rows.centred(rows.f))
    squares = sums.hits_hits - 2 * m * sums.hits_posts + m * m * sums.posts_posts
    elsewhere = max(0.0, squares / sums.posts**2 - float((own**2).sum()))
    useful = float((helped**2).sum()) + elsewhere
    weight = min(1.0, max(0.0, -float(errors @ helped) / useful)) if useful else 0.0
    rest = rows.centred(rows.y - weight * rows.f)
    more = weight**2 * elsewhere + _between(rows, rows.y - weight * rows.f, corpus)
    fitted = 1 + (weight > 0)
    variance = _variance(rows, errors + weight * helped, rest, fitted=fitted, more=more)
    value = weight * m + float(rows.weights @ (rows.y - weight * rows.f))
    return _interval(rows, POWERED, min(1.0, max(0.0, value)), variance, weight)


def _refusal(rows: Rows) -> str:
    if len(rows.y) < LEAST_JUDGED:
        return f"{len(rows.y)} judged so far; a share needs at least {LEAST_JUDGED}"
    if float(rows.by_account(np.ones(len(rows.y))).max()) > MOST_OF_ONE:
        return (
            "more than half of the judged posts are of one account, which tells nothing of others"
        )
    return ""


def _mean(rows: Rows) -> float:
    return min(1.0, float(rows.weights @ rows.y))


def _variance(
    rows: Rows, by_account: Floats, rest: Floats, *, fitted: int, more: float = 0.0
) -> float:
    """Variance summed by account, at least that of the same rows if each were of its own account.

    An account pulls the mean towards itself, so that its residuals are too small by its part of the rows: they are
    divided by 1 - part (CR2 of a mean).
    """
    n = len(rows.y)
    part = np.minimum(rows.by_account(np.ones(n)), MOST_OF_ONE)
    clustered = float((by_account**2 / (1 - part)).sum())
    alone = float(((rows.weights * rest) ** 2).sum())
    factor = (n - 1) / (n - fitted) if n > fitted else 1.0
    return max(clustered * factor, alone * n / (n - 1)) + more


def _between(rows: Rows, values: Floats, corpus: Corpus | None) -> float:
    """What the sizes of strata add, which other accounts like these would not have exactly.

    An upper bound: all posts of an account in one stratum, so that strata vary as accounts do.
    """
    if corpus is None or not corpus.strata:
        return 0.0
    means = values - rows.centred(values)
    spread = float(rows.weights @ (means - rows.weights @ values) ** 2)
    return spread * corpus.sums.posts_posts / corpus.sums.posts**2


def _effective(rows: Rows, more: float = 0.0) -> float:
    """Independent rows that would tell as much as these, at most their number."""
    value, n = _mean(rows), len(rows.y)
    if rows.accounts < 2 or value * (1 - value) < 1e-12:
        return min(float(n), rows.voices())
    rest = rows.centred(rows.y)
    variance = _variance(rows, rows.by_account(rest), rest, fitted=1, more=more)
    return min(float(n), value * (1 - value) / variance) if variance else float(n)


def _interval(
    rows: Rows, estimator: str, value: float, variance: float, weight: float = 0.0
) -> JudgedShare:
    if rows.accounts < 2 or variance <= 0 or not 0 < value < 1:
        return _share(rows, estimator, None, refused="no spread among the judged posts to measure")
    effective = value * (1 - value) / variance
    t = float(stdtrit(max(1.0, rows.voices() - 1), 1 - TAIL))
    found = wilson_of(value, effective, t)
    return _share(rows, estimator, found, weight=weight, effective=effective)


def _share(
    rows: Rows,
    estimator: str,
    found: Share | None,
    *,
    weight: float = 0.0,
    effective: float = 0.0,
    refused: str = "",
) -> JudgedShare:
    value, low, high = found or (None, None, None)
    return JudgedShare(
        value=value,
        low=low,
        high=high,
        estimator=estimator,
        judged=len(rows.y),
        positives=int(rows.y.sum()),
        accounts=rows.accounts,
        weight=weight,
        effective=effective,
        refused=refused,
    )
