"""Judged rows as estimators need them, and the tables of posts or accounts that they are looked up in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bedside.judge.judged import Judged
from bedside.measure.estimates.judged import JudgedShare
from bedside.measure.estimates.sample import Corpus, Sample
from bedside.measure.evidence import Rows
from bedside.measure.shares import ClusterSums
from bedside.store.files import content_key
from bedside.store.stages import Aggregate, Ask

__all__ = [
    "WHOLE",
    "Asked",
    "Found",
    "Held",
    "Judgements",
    "Subjects",
    "Unit",
    "among",
    "corpus_sums",
    "hold",
]

Unit = Literal["posts", "accounts"]
WHOLE = Rows(sql="SELECT post_key, account_key FROM corpus")
DAYS_OF_YEAR = 365.25
EPOCH = date(1970, 1, 1)


class Asked(NamedTuple):
    """How a share would be put to people.

    Attributes
    ----------
    layer, codes : str, tuple of str
        Whether any of these codes is present.
    of : tuple of str
        Codes of the same layer of which one must be present for the denominator; empty: all of its posts or accounts.
    """

    layer: str
    codes: tuple[str, ...]
    of: tuple[str, ...] = ()


class Judgements(Protocol):
    """What the judge room knows: `bedside.judge.judged.JudgedSamples`."""

    def of(
        self, layer: str, code: str, *, sample: str | None = None, unit: Unit = "posts"
    ) -> Judged:
        """What people decided about a random sample for one layer and code."""
        ...


class Found(NamedTuple):
    """A share that rests on judgements, or why there is none.

    Attributes
    ----------
    share : JudgedShare or None
        None where no sample qualifies.
    sample, coders, decisions : str, tuple of str, str
        Name of the sample, who coded, hash of the decisions that entered.
    decided : tuple of (key, decision)
        The judged posts (or accounts) that entered, sorted, and whether the code is present.
    voices : int
        Accounts that wrote them.
    reason : str
        Why no sample qualifies; empty where nobody ever drew one.
    """

    share: JudgedShare | None
    sample: str = ""
    coders: tuple[str, ...] = ()
    decisions: str = ""
    decided: tuple[tuple[str, bool], ...] = ()
    voices: int = 0
    reason: str = ""


class Held(NamedTuple):
    """Judged rows that lie in a denominator, as people see it where it is theirs to say.

    Attributes
    ----------
    keys, stratum : list of str
    y, chance : list of float
        Whether the code is present; chance to be drawn and judged.
    denominator : pyarrow.Table
        Columns subject and voice.
    """

    first: Judged
    keys: list[str]
    y: list[float]
    stratum: list[str]
    chance: list[float]
    coders: tuple[str, ...]
    denominator: pa.Table

    def only(self, places: Sequence[int]) -> "Held":
        """Some of the rows."""
        return self._replace(
            keys=[self.keys[i] for i in places],
            y=[self.y[i] for i in places],
            stratum=[self.stratum[i] for i in places],
            chance=[self.chance[i] for i in places],
        )

    def sample(self, marked: pa.Table | None = None) -> Sample:
        """The rows for an estimator, with the machine's where its marks are given."""
        return Sample(
            judged=self.y,
            account=_voices(self.keys, self.denominator),
            machine=None if marked is None else [float(x) for x in among(self.keys, marked)],
            probability=self.chance,
            stratum=self.stratum,
        )

    def found(self, share: JudgedShare | None) -> Found:
        """The share with the decisions behind it."""
        rows = sorted(zip(self.keys, self.y, self.chance, strict=True))
        return Found(
            share=share,
            sample=self.first.sample.id if self.first.sample else "",
            coders=self.coders,
            decisions=content_key(rows),
            decided=tuple((key, y > 0) for key, y, _ in rows),
            voices=len(set(_voices(self.keys, self.denominator))),
        )


class Subjects:
    """Posts and accounts of queries: tables with the columns subject and voice (whose it is), sorted.

    Parameters
    ----------
    ask : Ask
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._last: tuple[str, pa.Table] | None = None
        self._whole: dict[Unit, int] = {}

    def size(self, unit: Unit) -> int:
        """Posts or accounts of the corpus."""
        if unit not in self._whole:
            self._whole[unit] = self.of(WHOLE, {}, unit).num_rows
        return self._whole[unit]

    def denominator(self, rows: Rows, row_keys: Mapping[str, Any], unit: Unit) -> pa.Table:
        """Subjects of a denominator; the last one is kept, since figures come in the order of their denominators."""
        values = [sorted((k, str(row_keys[k])) for k in rows.keys)]
        values.append(sorted((k, str(v)) for k, v in rows.params.items()))
        key = content_key(rows.sql, values, unit)
        if self._last is None or self._last[0] != key:
            self._last = key, self.of(rows, row_keys, unit)
        return self._last[1]

    def of(self, rows: Rows, row_keys: Mapping[str, Any], unit: Unit) -> pa.Table:
        """Subjects of a query, one row each."""
        params = {f"k_{key}": row_keys[key] for key in rows.keys} | dict(rows.params)
        where = " AND ".join(f"{name} = $k_{name}" for name in rows.keys) or "1 = 1"
        column = "post_key" if unit == "posts" else "account_key"
        sql = (
            f"SELECT {column} AS subject, MIN(COALESCE(account_key, post_key)) AS voice FROM ({rows.sql}) r "  # noqa: S608
            f"WHERE {where} AND {column} IS NOT NULL GROUP BY {column} ORDER BY {column}"
        )
        return self._ask(Aggregate(name="judged subjects", sql=sql, needs=rows.needs), params)

    def years(self, denominator: pa.Table) -> dict[str, float]:
        """When posts were written, in years since 1970, of those that say so."""
        sql = """
SELECT post_key AS subject, CAST(published_at AS DATE) AS day FROM corpus
WHERE published_at IS NOT NULL ORDER BY post_key"""
        rows = self._ask(Aggregate(name="days", sql=sql, needs=("corpus",)), {})
        rows = rows.filter(pc.is_in(rows["subject"], denominator["subject"].combine_chunks()))
        days = zip(rows["subject"].to_pylist(), rows["day"].to_pylist(), strict=True)
        return {key: (day - EPOCH).days / DAYS_OF_YEAR for key, day in days}

    def margins(
        self, columns: Sequence[str], keys: Sequence[str], denominator: pa.Table
    ) -> tuple[list[str], dict[str, int]]:
        """Cell of the margins that each post lies in, and how many posts of the denominator lie in each."""
        said = ", ' / ', ".join(f"COALESCE({name}, 'unstated')" for name in columns)
        sql = f"SELECT post_key AS subject, CONCAT({said}) AS cell FROM corpus ORDER BY post_key"  # noqa: S608
        rows = self._ask(Aggregate(name="margins", sql=sql, needs=("corpus",)), {})
        rows = rows.filter(pc.is_in(rows["subject"], denominator["subject"].combine_chunks()))
        counts = {
            row["values"].as_py(): row["counts"].as_py() for row in pc.value_counts(rows["cell"])
        }
        places = pc.index_in(pa.array(keys, pa.string()), rows["subject"].combine_chunks())
        return rows["cell"].take(places).to_pylist(), counts


def hold(
    judgements: Judgements, asked: Asked, first: Judged, unit: Unit, denominator: pa.Table
) -> Held:
    """Rows decided for every code that was asked, in the denominator as people see it.

    Parameters
    ----------
    first : Judged
        Of the first code.
    """
    name = first.sample.id if first.sample else None
    tables = {asked.codes[0]: first.table}
    for code in (*asked.codes[1:], *asked.of):
        if code not in tables:
            tables[code] = judgements.of(asked.layer, code, sample=name, unit=unit).table
    said = [_decisions(table) for table in tables.values()]
    by_code = dict(zip(tables, said, strict=True))
    chance = {s.stratum: min(1.0, s.judged / s.population) for s in first.strata if s.population}
    rows: list[tuple[str, float, str]] = []
    strata = zip(
        first.table["subject_key"].to_pylist(), first.table["stratum"].to_pylist(), strict=True
    )
    for key, stratum in strata:
        if any(key not in decisions for decisions in said):
            continue
        if not asked.of or any(by_code[code][key] for code in asked.of):
            rows.append((key, float(any(by_code[code][key] for code in asked.codes)), stratum))
    here = among([row[0] for row in rows], denominator)
    kept = [row for row, inside in zip(rows, here, strict=True) if inside]
    coders = {c for t in tables.values() for by in t["coders"].to_pylist() for c in by}
    return Held(
        first=first,
        keys=[key for key, _, _ in kept],
        y=[y for _, y, _ in kept],
        stratum=[stratum for _, _, stratum in kept],
        chance=[chance[stratum] for _, _, stratum in kept],
        coders=tuple(sorted(coders)),
        denominator=denominator,
    )


def _decisions(table: pa.Table) -> dict[str, int]:
    return dict(zip(table["subject_key"].to_pylist(), table["decision"].to_pylist(), strict=True))


def among(keys: Sequence[str], table: pa.Table) -> list[bool]:
    """Whether each key is a subject of the table."""
    found: list[bool] = pc.is_in(
        pa.array(keys, pa.string()), table["subject"].combine_chunks()
    ).to_pylist()
    return found


def _voices(keys: Sequence[str], table: pa.Table) -> list[str]:
    """Whose each subject is."""
    places = pc.index_in(pa.array(keys, pa.string()), table["subject"].combine_chunks())
    voices: list[str] = table["voice"].take(places).to_pylist()
    return voices


def corpus_sums(
    denominator: pa.Table, marked: pa.Table, voices: Sequence[object], strata: Mapping[str, int]
) -> Corpus:
    """What the machine says of the denominator, with the accounts of the judged rows one by one."""
    encoded = denominator["voice"].combine_chunks().dictionary_encode()
    numbers = encoded.indices.to_numpy(zero_copy_only=False)
    flags = pc.is_in(denominator["subject"], marked["subject"].combine_chunks())
    hits = np.bincount(numbers, weights=flags.to_numpy()).astype(np.int64)
    posts = np.bincount(numbers).astype(np.int64)
    sums = ClusterSums(
        posts=int(posts.sum()),
        hits=int(hits.sum()),
        accounts=len(posts),
        hits_hits=int(hits @ hits),
        hits_posts=int(hits @ posts),
        posts_posts=int(posts @ posts),
    )
    known = sorted({str(voice) for voice in voices})
    places = pc.index_in(pa.array(known, pa.string()), encoded.dictionary).to_pylist()
    seen: dict[object, tuple[int, int]] = {
        name: (int(posts[place]), int(hits[place]))
        for name, place in zip(known, places, strict=True)
    }
    return Corpus(sums, seen, strata)
