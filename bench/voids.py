"""How often the interval of a growing void holds, and how often one is said to grow that does not; simulated.

Run: python -m bench.voids [sets]      (by default 2000 a line, half a minute)

Accounts ask one question or several on 24 topics, some of them in both half years; a share of each topic's askers gets no
reply. As in the measure, topics are listed that eight accounts asked about without a reply over the whole time.
"""

import sys
from typing import NamedTuple

import numpy as np

from bedside.measure.estimates.discovery import adjust
from bedside.measure.misinformation.voids import FALSE_DISCOVERIES, FEWEST, grown

TOPICS = 24


class Setting(NamedTuple):
    """Accounts that ask in a half year, how many of them ask in both, and what one topic in six grows by."""

    accounts: int
    both: float
    grows: float


SETTINGS = [
    Setting(accounts, both, grows)
    for accounts in (80, 400, 2000)
    for both in (0.0, 0.4)
    for grows in (1.0, 2.0)
]


class Held(NamedTuple):
    """Shares over all listed topics of all sets."""

    listed: int
    holds: float
    said_wrongly: float
    found: float | None


def simulate(setting: Setting, sets: int, seed: int = 7) -> Held:
    """Intervals that hold the planted ratio; topics said to grow that do not; growing topics that are found."""
    rng = np.random.default_rng(seed)
    base = np.sort(rng.gamma(0.5, 0.08, TOPICS))[::-1].clip(0.002, 0.4)
    ratio = np.ones(TOPICS)
    ratio[::6] = setting.grows
    holds = listed = wrong = flat = found = growing = 0
    for _ in range(sets):
        early, late = _halves(rng, setting, base, ratio)
        kept = np.flatnonzero((early | late).sum(axis=0) >= FEWEST)
        got = [
            grown(int(late[:, t].sum()), len(late), int(early[:, t].sum()), len(early))
            for t in kept
        ]
        q = adjust([g.p for g in got])
        for topic, g, adjusted in zip(kept, got, q, strict=True):
            listed += 1
            holds += g.low is not None and g.high is not None and g.low <= ratio[topic] <= g.high
            said = adjusted <= FALSE_DISCOVERIES
            flat, wrong = flat + (ratio[topic] == 1), wrong + (said and ratio[topic] == 1)
            growing, found = growing + (ratio[topic] > 1), found + (said and ratio[topic] > 1)
    return Held(listed, holds / listed, wrong / flat, found / growing if growing else None)


def _halves(
    rng: np.random.Generator, setting: Setting, base: np.ndarray, ratio: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which account has a question without reply on which topic, in the half before and lately; rows are one set of people."""
    people = setting.accounts
    early = rng.random((people, TOPICS)) < base
    late = rng.random((people, TOPICS)) < (base * ratio).clip(0, 0.9)
    # who asks in both halves asks of what they asked of before
    again = rng.random(people) < setting.both
    kept = early & again[:, None] & (rng.random((people, TOPICS)) < np.minimum(1, ratio))
    fresh = rng.random((people, TOPICS)) < ((base * ratio - base) / (1 - base)).clip(0, 1)
    late = np.where(again[:, None], kept | (fresh & ~early), late)
    return early, late


def main() -> None:
    """Print a line for each setting."""
    sets = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print(
        "| accounts | ask in both | grows | topics listed | interval holds | said to grow wrongly | found |"
    )
    print("|---|---|---|---|---|---|---|")
    for setting in SETTINGS:
        held = simulate(setting, sets)
        found = "–" if held.found is None else f"{held.found:.1%}"
        print(
            f"| {setting.accounts} | {setting.both:.0%} | {setting.grows:g} | {held.listed / sets:.1f} | {held.holds:.1%} "
            f"| {held.said_wrongly:.2%} | {found} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
