"""Names of communities: the condition and the words that set one apart, each told by enough accounts to lead to none."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa

from bedside.measure.community.finding import MEMBERS
from bedside.measure.statistics.log_odds import contrasts
from bedside.measure.told import asserted
from bedside.store.stages import Aggregate, Ask
from bedside.store.views import COMMUNITY_NAMES
from bedside.understand.small_words import NAMELESS
from bedside.understand.text import canonical

__all__ = ["FEWEST", "SMALLER", "names_of", "standing_out"]

FEWEST = 8  # accounts; a word, a condition or a community of fewer could lead to one of them
SHOWN = 40  # communities with figures of their own: the largest, and the largest of each condition that none of them has
SMALLER, OTHERS = "smaller", "others"
Z = 1.96  # standard errors by which what many tell stands out
RARE_Z = (
    3.0  # by which other words do: of thousands that are compared a few stand out by two by chance
)
MANY = 1 / 3  # of a group's accounts
WORDS = 6
POSTS_READ = 150  # of each community, drawn by key: enough to name it
NAMED = 200  # communities whose words are read
PRIOR = 0.1  # of the size of both sides
_WORD = re.compile(r"[a-z]{4,}(?!')")

CONDITIONS = Aggregate(
    name="conditions of communities",
    needs=("corpus_marks", "communities"),
    sql=f"""
SELECT o.community, LOWER(m.concept) AS condition, COUNT(DISTINCT m.account_key) AS accounts
FROM corpus_marks m JOIN communities o ON o.account_key = m.account_key
WHERE m.layer IN ('mention', 'diagnosis') AND m.slot = 'condition' AND m.concept IS NOT NULL AND {asserted("m")}
  AND o.community IS NOT NULL
GROUP BY o.community, LOWER(m.concept) ORDER BY o.community, condition""",  # noqa: S608
)
TEXTS = Aggregate(
    name="texts of communities",
    needs=("corpus", "posts", "communities"),
    sql="""
SELECT r.community, r.account_key, p.title, p.body
FROM (SELECT m.community, c.account_key, c.post_key, c.record_no,
        ROW_NUMBER() OVER (PARTITION BY m.community ORDER BY c.post_key) AS place
      FROM corpus c JOIN communities m ON m.account_key = c.account_key
      JOIN (SELECT s.community
            FROM (SELECT o.community, COUNT(DISTINCT d.account_key) AS accounts
                  FROM corpus d JOIN communities o ON o.account_key = d.account_key
                  WHERE o.community IS NOT NULL GROUP BY o.community) s
            WHERE s.accounts >= $fewest
            ORDER BY s.accounts DESC, s.community LIMIT $named) large ON large.community = m.community) r
JOIN posts p ON p.record_no = r.record_no
WHERE r.place <= $most ORDER BY r.community, r.post_key""",
)


def names_of(ask: Ask) -> pa.Table:
    """Names of the communities, largest first.

    Parameters
    ----------
    ask : Ask
        Over `communities`, `corpus`, `corpus_marks` and `posts`.

    Returns
    -------
    pyarrow.Table
        COMMUNITY_NAMES. `label` is the community's own id where it has figures of its own, `smaller` for communities of
        fewer than 8 accounts in the corpus, `others` for the rest.
    """
    sizes = {row["community"]: row["accounts"] for row in ask(MEMBERS, {}).to_pylist()}
    conditions = _conditions(ask, sizes)
    large = [name for name, accounts in sizes.items() if accounts >= FEWEST]
    words = _own_words(_told_words(ask, large[:NAMED]), conditions)
    shown = _shown(large, conditions)
    return pa.Table.from_pylist(
        [
            {
                "community": name,
                "label": name if name in shown else OTHERS if accounts >= FEWEST else SMALLER,
                "name": _called(name, conditions.get(name), words.get(name, [])),
                "condition": conditions.get(name),
                "words": words.get(name, []),
                "accounts": accounts,
            }
            for name, accounts in sizes.items()
        ],
        schema=COMMUNITY_NAMES,
    )


def _own_words(
    told: Mapping[str, Mapping[str, set[str]]], conditions: Mapping[str, str]
) -> dict[str, list[str]]:
    """Words that set each community apart from others of its condition, filled up with those that do from all others."""
    skip = _parts(conditions)
    found = {name: list[str]() for name in told}
    for condition in {conditions.get(name) for name in told} - {None}:
        alike = {name: told[name] for name in told if conditions.get(name) == condition}
        if len(alike) > 1:
            found |= standing_out(alike, skip=skip)
    everywhere = standing_out(told, skip=skip)
    return {
        name: list(dict.fromkeys((*words, *everywhere[name])))[:WORDS]
        for name, words in found.items()
    }


def _called(name: str, condition: str | None, words: Sequence[str]) -> str:
    told = ", ".join(words[:3])
    return ": ".join(part for part in (condition, told) if part) or f"community {name}"


def _parts(conditions: Mapping[str, str]) -> frozenset[str]:
    """Words of the conditions' names: they say nothing beside the name."""
    return frozenset(word for name in conditions.values() for word in _WORD.findall(name))


def _shown(large: Sequence[str], conditions: Mapping[str, str]) -> set[str]:
    """The largest, and of every condition that none of them is named after the largest: rare ones are not crowded out."""
    shown = list(large[:SHOWN])
    seen = {conditions.get(name) for name in shown}
    for name in large[SHOWN:]:
        if conditions.get(name) not in seen:
            shown.append(name)
            seen.add(conditions.get(name))
    return set(shown)


def _conditions(ask: Ask, sizes: Mapping[str, int]) -> dict[str, str]:
    """The condition that sets a community apart, else the one most of it tells; told by at least 8 of its accounts."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for row in ask(CONDITIONS, {}).to_pylist():
        if row["community"] in sizes:
            told[row["community"]][row["condition"]] = row["accounts"]
    everywhere = sum(told.values(), Counter[str]())
    found = {}
    for name, counts in told.items():
        ranked = _ranked(counts, everywhere)
        most = [c for c, n in counts.most_common(1) if n >= FEWEST]
        best = [c for _, c in ranked[:1]] or most
        if best:
            found[name] = best[0]
    return found


def _ranked(
    here: Counter[str], everywhere: Counter[str], many: float = 0
) -> list[tuple[float, str]]:
    """Things told in one group more than in all others, by at least 8 accounts: standard errors apart, best first.

    By two standard errors what at least `many` accounts tell, by three what fewer do.
    """
    things = sorted(t for t, n in here.items() if n >= FEWEST)
    rest = sum(here.values()) - sum(here[t] for t in things)
    whole = sum(everywhere.values())
    one = [*(here[t] for t in things), rest]
    both = [*(everywhere[t] for t in things), whole - sum(everywhere[t] for t in things)]
    if not things or (both[-1] == 0 and len(things) < 2):
        return []
    # all that is not asked for stands as one thing: the odds of the others do not depend on how it is cut
    prior = [max(PRIOR * n, 1e-9) for n in both]
    found = contrasts(one, [n - m for n, m in zip(both, one, strict=True)], prior)
    told = zip(things, found[:-1], strict=True)
    return sorted((-c.z, t) for t, c in told if c.z >= (Z if here[t] >= many else RARE_Z))


def _told_words(ask: Ask, names: Sequence[str]) -> dict[str, dict[str, set[str]]]:
    """Accounts that say each word, by community."""
    told: dict[str, dict[str, set[str]]] = {name: {} for name in names}
    for row in ask(TEXTS, {"most": POSTS_READ, "fewest": FEWEST, "named": NAMED}).to_pylist():
        held = told.get(row["community"])
        if held is not None:
            text = canonical([("title", row["title"] or ""), ("body", row["body"] or "")]).text
            for word in set(_WORD.findall(text)) - NAMELESS:
                held.setdefault(word, set()).add(row["account_key"])
    return told


def standing_out(
    told: Mapping[str, Mapping[str, set[str]]], *, skip: frozenset[str] = frozenset()
) -> dict[str, list[str]]:
    """Words that set each group apart: by log-odds against all other groups, said by at least 8 of its accounts.

    Parameters
    ----------
    told : mapping of group to mapping of word to accounts
    skip : frozenset of str
        Words that say nothing.

    Returns
    -------
    dict of str to list of str
        At most six, best first.

    References
    ----------
    Monroe, Colaresi and Quinn (2008), as in `measure.statistics.log_odds`; accounts are counted, not words.
    """
    counts = {
        name: Counter({w: len(accounts) for w, accounts in held.items() if w not in skip})
        for name, held in told.items()
    }
    everywhere: Counter[str] = Counter()
    for held in counts.values():
        everywhere.update(held)
    return {
        name: [w for _, w in _ranked(held, everywhere, MANY * _people(told[name]))[:WORDS]]
        for name, held in counts.items()
    }


def _people(told: Mapping[str, set[str]]) -> int:
    return len(set().union(*told.values()))
