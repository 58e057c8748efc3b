"""The model card of classifiers that a study learnt: scores on judgements that they never learnt from."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from bedside.judge.learning import LEAST_POSITIVES, LEAST_POSTS, Learnt
from bedside.measure.shares import ClusterSums, clustered

__all__ = ["LearntCard", "LearntScore", "Rate", "card_text", "score_learnt"]

Flags = npt.NDArray[np.bool_]
DRAWS = 500
SEED = 1
LEAST_F1 = 0.3  # a classifier that is wrong oftener would fill the study with its errors
PLATFORM_LEAST = 5  # posts with the code on a platform, below which it is only counted there
RANDOM, CHOSEN = "posts of random samples", "all judged posts, chosen ones too"
CAVEATS = (
    "Each post was scored by a classifier that learnt from other accounts only.",
    "Intervals draw accounts, not posts; they hold sampling, not disagreement between coders.",
    "A classifier learns what its coders decided, their slips too: look at agreement first.",
)
OF_CHOSEN = "These posts were chosen to learn from, the uncertain ones first: expect other scores on the corpus."


class Rate(msgspec.Struct, frozen=True):
    """A rate in 0..1 with its 95 % interval; None where there was nothing to take it of."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class LearntScore(msgspec.Struct, frozen=True, kw_only=True):
    """How well one code was learnt.

    Attributes
    ----------
    support, found : int
        Scored posts that people, and that the classifier, give the code.
    precision, recall, f1 : Rate
    before, joined : float or None
        F1 of the makers that were there before, and of them and the classifier together, on the same posts.
    serves : bool
        Whether the classifier proposes the code in the study: only where that makes the whole better.
    platforms : dict of str to dict
        Posts with the code on each platform (`support`), and where they are enough precision, recall and F1.
    """

    code: str
    support: int
    found: int
    precision: Rate
    recall: Rate
    f1: Rate
    before: float | None = None
    joined: float | None = None
    serves: bool = False
    platforms: dict[str, dict[str, float | None]] = {}


class LearntCard(msgspec.Struct, frozen=True, kw_only=True):
    """Model card of a layer's classifiers.

    Attributes
    ----------
    judged, accounts : int
        Posts learnt from, and accounts that wrote them.
    scored_on : str
        Which posts the scores are of, and `scored` how many.
    few : dict of str to int
        Codes that were not learnt, and how many judged posts have them.
    """

    layer: str
    version: str
    made_on: str
    codebook: str
    code_hashes: dict[str, str]
    judged: int
    accounts: int
    scored_on: str
    scored: int
    codes: list[LearntScore]
    few: dict[str, int]
    caveats: tuple[str, ...] = CAVEATS

    @property
    def serving(self) -> list[str]:
        """Codes that are proposed in the study."""
        return [score.code for score in self.codes if score.serves]


def score_learnt(
    learnt: Learnt,
    *,
    before: Mapping[str, Collection[str]],
    made_on: str,
    codebook: str,
    code_hashes: Mapping[str, str],
) -> LearntCard:
    """Score classifiers on posts of accounts that they did not learn from.

    Parameters
    ----------
    learnt : Learnt
    before : mapping of code to post keys
        What the other makers propose.
    made_on : str
        Date, ISO 8601.
    codebook : str
        Version of the codebook, and in `code_hashes` what its codes mean.

    Returns
    -------
    LearntCard
        Scores are of posts of random samples where those are `LEAST_POSTS` or more, since only they speak for the
        corpus; else of all judged posts, and the card says so.
    """
    rows = learnt.rows
    random = int(rows.drawn.sum()) >= LEAST_POSTS
    scored = rows.drawn if random else np.ones(len(rows), dtype=bool)
    voices = np.unique(np.array(rows.voices)[scored], return_inverse=True)[1]
    platforms = np.array(rows.platforms)[scored]
    keys = [key for key, held in zip(rows.keys, scored.tolist(), strict=True) if held]
    labels, proposed = learnt.labels[scored], learnt.proposed[scored]
    codes = []
    for place, code in enumerate(learnt.codes):
        other = np.array([key in before.get(code, ()) for key in keys], dtype=bool)
        pair = labels[:, place], proposed[:, place]
        codes.append(_score(code, *pair, other, voices, platforms))
    return LearntCard(
        layer=rows.layer,
        version=learnt.maker.version,
        made_on=made_on,
        codebook=codebook,
        code_hashes={code: code_hashes[code] for code in learnt.codes},
        judged=len(rows),
        accounts=len(set(rows.voices)),
        scored_on=RANDOM if random else CHOSEN,
        scored=len(keys),
        codes=codes,
        few=learnt.few,
        caveats=CAVEATS if random else (*CAVEATS, OF_CHOSEN),
    )


def _score(
    code: str,
    label: Flags,
    found: Flags,
    before: Flags,
    voices: npt.NDArray[Any],
    platforms: npt.NDArray[Any],
) -> LearntScore:
    f1, others, joined = _f1(label, found), _f1(label, before), _f1(label, before | found)
    had = others if before.any() else None
    return LearntScore(
        code=code,
        support=int(label.sum()),
        found=int(found.sum()),
        precision=_rate(label, found, voices),
        recall=_rate(found, label, voices),
        f1=_f1_rate(label, found, voices),
        before=had,
        joined=joined,
        serves=(f1 or 0) >= LEAST_F1 and (joined or 0) > (had or 0),
        platforms={
            str(name): _on_platform(label[platforms == name], found[platforms == name])
            for name in np.unique(platforms)
        },
    )


def _on_platform(label: Flags, found: Flags) -> dict[str, float | None]:
    said: dict[str, float | None] = {"support": int(label.sum()), "found": int(found.sum())}
    if label.sum() < PLATFORM_LEAST:
        return said
    both = int((label & found).sum())
    precision = both / int(found.sum()) if found.any() else None
    return said | {
        "precision": precision,
        "recall": both / int(label.sum()),
        "f1": _f1(label, found),
    }


def _f1(label: Flags, found: Flags) -> float | None:
    whole = int(label.sum()) + int(found.sum())
    return 2 * int((label & found).sum()) / whole if whole else None


def _rate(hit: Flags, of: Flags, voices: npt.NDArray[Any]) -> Rate:
    """Share of `of` that are `hit`, clustered by account."""
    if not of.any():
        return Rate()
    posts = np.bincount(voices[of])
    hits = np.bincount(voices[of & hit], minlength=len(posts))
    held = posts > 0
    posts, hits = posts[held], hits[held]
    sums = ClusterSums(
        int(posts.sum()),
        int(hits.sum()),
        len(posts),
        int(hits @ hits),
        int(hits @ posts),
        int(posts @ posts),
    )
    return Rate(*clustered(sums))


def _f1_rate(label: Flags, found: Flags, voices: npt.NDArray[Any]) -> Rate:
    """F1 with the percentile interval of a bootstrap of accounts."""
    value = _f1(label, found)
    accounts = int(voices.max()) + 1 if len(voices) else 0
    if value is None or accounts < 2:
        return Rate(value)
    both = np.bincount(voices, weights=label & found, minlength=accounts)
    whole = np.bincount(voices, weights=label.astype(float) + found, minlength=accounts)
    chance = np.random.default_rng(SEED)
    times = chance.multinomial(accounts, np.full(accounts, 1 / accounts), size=DRAWS)
    drawn = times @ whole
    scores = 2 * (times @ both)[drawn > 0] / drawn[drawn > 0]
    low, high = np.quantile(scores, (0.025, 0.975))
    return Rate(value, float(low), float(high))


def card_text(card: LearntCard) -> str:
    """The card for people: one line a code, and what was not learnt; what to doubt is in `caveats`."""
    lines = [
        f"{card.layer}: learnt from {card.judged:,} judged posts of {card.accounts:,} accounts; scored on {card.scored:,} "
        f"{card.scored_on}, none of which its classifier learnt from",
        f"  {'code':24} {'posts':>6} {'F1':>16} {'precision':>10} {'recall':>7} {'before':>7} {'joined':>7}",
    ]
    for s in sorted(card.codes, key=lambda s: -(s.f1.value or 0)):
        interval = (
            "" if s.f1.low is None or s.f1.high is None else f" ({s.f1.low:.2f}–{s.f1.high:.2f})"
        )
        shown = f"{_two(s.f1.value)}{interval}"
        lines.append(
            f"  {s.code:24} {s.support:6} {shown:>16} {_two(s.precision.value):>10} {_two(s.recall.value):>7} {_two(s.before):>7} {_two(s.joined):>7}"
            + ("" if s.serves else "  not used: no better than what is there")
        )
    if card.few:
        named = ", ".join(f"{code} ({n})" for code, n in card.few.items())
        lines.append(f"  not learnt, too few judged posts (under {LEAST_POSITIVES}): {named}")
    return "\n".join(lines)


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
