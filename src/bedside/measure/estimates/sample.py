"""The judged sample and the corpus it was drawn from, checked and weighed, as the house's estimator needs them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bedside.errors import InputError
from bedside.measure.estimates.records import Floats, Groups, as_floats, as_groups
from bedside.measure.shares import ClusterSums

__all__ = ["Corpus", "Rows", "Sample", "check_sample", "corpus_of", "machine_part"]

EMPTY: Mapping[str, int] = {}


class Sample(NamedTuple):
    """Judged rows of one question, drawn at random; arrays of one length.

    Attributes
    ----------
    judged : array of float
        1 where people decided that the code is present, else 0.
    account : sequence
        Whose post it is; a post without author is an account of its own.
    machine : array of float or None
        What the machine said of the same rows; out of fold where it learnt from judgements.
    probability : array of float or None
        Drawing probability of each row; None: all alike.
    stratum : sequence or None
        Stratum of each row; None: one.
    """

    judged: Sequence[float] | Floats
    account: Sequence[object]
    machine: Sequence[float] | Floats | None = None
    probability: Sequence[float] | Floats | None = None
    stratum: Sequence[str] | None = None


class Corpus(NamedTuple):
    """What the machine says of all rows that the sample was drawn from, in whole numbers.

    Attributes
    ----------
    sums : ClusterSums
        Over all accounts; hits are rows that the machine marks.
    seen : mapping of account to (rows, marked rows)
        At least for every account of the sample.
    strata : mapping of stratum to rows
        Sizes to which the sample is weighed; empty: one stratum.
    """

    sums: ClusterSums
    seen: Mapping[object, tuple[int, int]]
    strata: Mapping[str, int] = EMPTY


class Rows(NamedTuple):
    """A checked sample: weights that add up to one, number of the account and the stratum of each row."""

    y: Floats
    f: Floats
    weights: Floats
    account: Groups
    accounts: int
    stratum: Groups

    def centred(self, values: Floats) -> Floats:
        """Values less the weighted mean of their stratum."""
        total = np.bincount(self.stratum, weights=self.weights)
        means = np.bincount(self.stratum, weights=self.weights * values) / total
        return np.asarray(values - means[self.stratum], dtype=np.float64)

    def by_account(self, values: Floats) -> Floats:
        """Weighted sums of each account, in the order of its number."""
        sums = np.bincount(self.account, weights=self.weights * values, minlength=self.accounts)
        return np.asarray(sums, dtype=np.float64)

    def voices(self) -> float:
        """Accounts of equal size that would tell as much (Kish): fewer than the accounts where a few write most."""
        sizes = self.by_account(np.ones(len(self.y)))
        return 1 / float((sizes**2).sum())


def corpus_of(
    machine: Sequence[float] | Floats,
    account: Sequence[object],
    strata: Mapping[str, int] = EMPTY,
) -> Corpus:
    """The corpus of rows that are all in memory: what the machine said of each, and whose it is."""
    f = as_floats("machine", machine)
    keys, numbers = np.unique(np.asarray(account), return_inverse=True)
    posts = np.bincount(numbers).astype(np.int64)
    hits = np.bincount(numbers, weights=f).astype(np.int64)
    sums = ClusterSums(
        posts=len(f),
        hits=int(hits.sum()),
        accounts=len(keys),
        hits_hits=int((hits * hits).sum()),
        hits_posts=int((hits * posts).sum()),
        posts_posts=int((posts * posts).sum()),
    )
    seen = zip(keys.tolist(), zip(posts.tolist(), hits.tolist(), strict=True), strict=True)
    return Corpus(sums, dict(seen), strata)


def machine_part(accounts: Sequence[object], rows: Rows, corpus: Corpus, share: float) -> Floats:
    """What each judged account adds to the machine's share of all rows."""
    part = np.zeros(rows.accounts)
    for key, number in dict(zip(accounts, rows.account.tolist(), strict=True)).items():
        if key not in corpus.seen:
            raise InputError(
                "a judged row is of an account that is not in the corpus it was drawn from"
            )
        posts, marked = corpus.seen[key]
        part[number] = (marked - posts * share) / corpus.sums.posts
    return part


def check_sample(sample: Sample, corpus: Corpus | None) -> Rows:
    """A sample as its arrays, each row weighed by 1 / probability to the size of its stratum.

    Raises
    ------
    InputError
        If the rows do not fit each other, or a probability is not in 0..1.
    """
    y = as_floats("judged", sample.judged, least=0)
    f = (
        np.zeros(len(y))
        if sample.machine is None
        else as_floats("machine", sample.machine, least=0)
    )
    p = (
        np.ones(len(y))
        if sample.probability is None
        else as_floats("probability", sample.probability, least=0)
    )
    if not len(y) == len(f) == len(p):
        raise InputError(
            f"got {len(y)} judgements, {len(f)} machine values and {len(p)} probabilities"
        )
    if not ((p > 0) & (p <= 1)).all():
        raise InputError(
            "a drawing probability must be above 0 and at most 1; it is stored with the sample"
        )
    account = as_groups(np.asarray(sample.account), len(y)) if len(y) else np.zeros(0, np.int64)
    stratum, weights = _weights(sample.stratum, 1 / p, corpus.strata if corpus else EMPTY)
    return Rows(y, f, weights, account, int(account.max(initial=-1)) + 1, stratum)


def _weights(
    names: Sequence[str] | None, raw: Floats, sizes: Mapping[str, int]
) -> tuple[Groups, Floats]:
    """Strata as numbers, and weights that add up to each stratum's part of all rows.

    Strata with fewer than two judged rows are joined with the one that has most.
    """
    if names is None or not sizes or not len(raw):
        return np.zeros(len(raw), np.int64), raw / raw.sum() if len(raw) else raw
    held = Counter(names)
    largest = max(sorted(held), key=lambda name: held[name])
    homes = {name: name if held[name] > 1 else largest for name in {*sizes, *names}}
    numbers = {home: number for number, home in enumerate(sorted(set(homes.values())))}
    totals = np.zeros(len(numbers))
    for name, size in sizes.items():
        totals[numbers[homes[name]]] += size
    stratum = np.array([numbers[homes[name]] for name in names], dtype=np.int64)
    sums = np.bincount(stratum, weights=raw, minlength=len(numbers))
    return stratum, np.asarray(raw / sums[stratum] * (totals / totals.sum())[stratum])
