"""Judging: finds what people decided for a share, and hands it to the estimator.

A share says in `Asked` how it would be put to people. Where the study holds a random sample of the same unit that was
judged for it, the share rests on that; a sample of posts never speaks for a share of accounts, nor the other way.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bedside.errors import InputError
from bedside.judge.judged import Judged
from bedside.measure.estimates.judged import JudgedShare, judged_share
from bedside.measure.estimates.sample import Corpus, Sample
from bedside.measure.evidence import Rows, used_params
from bedside.measure.shares import ClusterSums
from bedside.model.figures import Figure
from bedside.store.files import content_key
from bedside.store.stages import Aggregate, Ask

__all__ = ["Asked", "Found", "JudgedShares", "Judgements"]

Unit = Literal["posts", "accounts"]
WHOLE = Rows(sql="SELECT post_key, account_key FROM corpus")
LEFT_OUT = 0.05  # judged posts over which others may be left out of their turn, or unsettled
FEW_LEFT = 3
COVERED = 0.98  # part of the corpus that a sample must have been drawn from to speak for it


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
    reason : str
        Why no sample qualifies; empty where nobody ever drew one.
    """

    share: JudgedShare | None
    sample: str = ""
    coders: tuple[str, ...] = ()
    decisions: str = ""
    decided: tuple[tuple[str, bool], ...] = ()
    reason: str = ""


class _Rows(NamedTuple):
    """Judged rows that answer a question, those first that lie in the denominator as people see it."""

    keys: list[str]
    y: list[float]
    stratum: list[str]
    coders: tuple[str, ...]


class JudgedShares:
    """What people decided, to be asked for one share after another.

    Parameters
    ----------
    ask : Ask
        Over the study's tables as of the snapshot.
    judgements : Judgements
        The study's judged samples.
    """

    def __init__(self, ask: Ask, judgements: Judgements) -> None:
        self._ask = ask
        self._judgements = judgements
        self._last: tuple[str, pa.Table] | None = None
        self._whole: dict[Unit, int] = {}

    def sample_of(self, layer: str, code: str) -> Judged:
        """The judged posts of the random sample that answers for a layer and code; empty with the reason if none does."""
        return self._judgements.of(layer, code, unit="posts")

    def find(
        self, asked: Asked, *, unit: Unit, hits: Rows, of: Rows, row_keys: Mapping[str, Any]
    ) -> Found:
        """The share from judged rows of its denominator, with the machine's numerator as help.

        Parameters
        ----------
        asked : Asked
        unit : str
            posts | accounts: what the share is of, and what must have been drawn.
        hits, of, row_keys : Rows, Rows, Mapping
            Numerator and denominator as the machine counts them, and the values of their keys.

        Returns
        -------
        Found
            The judged rows are those that were drawn, decided and lie in the denominator, each weighed by its stratum's
            population over those judged of it. Where the denominator is itself a matter of judgement (`asked.of`) it is
            taken from the decisions, not from marks, and the machine does not help.
        """
        first = self._judgements.of(asked.layer, asked.codes[0], unit=unit)
        if first.sample is None or not first.table.num_rows:
            return Found(None, reason=first.reason if first.reason.startswith("sample ") else "")
        whole = self._size(unit)
        unfit = _unfit(first, whole, unit)
        if unfit:
            return Found(None, reason=unfit)
        denominator = self._denominator(*((WHOLE, {}) if asked.of else (of, row_keys)), unit)
        rows = _decided(self._judgements, asked, first, unit)
        chance = _chances(rows.stratum, first)
        kept = [i for i, here in enumerate(_among(rows.keys, denominator)) if here]
        keys = [rows.keys[i] for i in kept]
        rows_y, used = [rows.y[i] for i in kept], [chance[i] for i in kept]
        sample = Sample(
            judged=rows_y,
            account=_voices(keys, denominator),
            probability=used,
            stratum=[rows.stratum[i] for i in kept],
        )
        corpus = None
        if not asked.of:
            marked = self._subjects(hits, row_keys, unit)
            sample = sample._replace(machine=[float(x) for x in _among(keys, marked)])
            all_of_it = denominator.num_rows == whole
            strata = {s.stratum: s.population for s in first.strata} if all_of_it else {}
            corpus = _corpus(denominator, marked, sample.account, strata)
        return Found(
            share=judged_share(sample, corpus),
            sample=first.sample.id,
            coders=rows.coders,
            decisions=content_key(sorted(zip(keys, rows_y, used, strict=True))),
            decided=tuple(sorted((key, y > 0) for key, y in zip(keys, rows_y, strict=True))),
        )

    def again(self, figure: Figure) -> Found:
        """What people decided for a figure, through its evidence alone.

        Raises
        ------
        InputError
            If the figure does not rest on judgements.
        """
        judging, evidence = figure.judging, figure.evidence
        if judging is None or evidence.of_sql is None:
            raise InputError(f"figure {figure.id} rests on no judgements")
        hits, of = (
            Rows(
                sql=f"SELECT c.post_key, c.account_key FROM corpus c JOIN ({sql}) e ON c.post_key = e.post_key",  # noqa: S608
                params=used_params(sql, evidence.params),
            )
            for sql in (evidence.posts_sql, evidence.of_sql)
        )
        asked = Asked(judging.layer, judging.codes, judging.of)
        unit: Unit = "accounts" if figure.unit == "accounts" else "posts"
        return self.find(asked, unit=unit, hits=hits, of=of, row_keys={})

    def _size(self, unit: Unit) -> int:
        """Posts or accounts of the corpus."""
        if unit not in self._whole:
            self._whole[unit] = self._subjects(WHOLE, {}, unit).num_rows
        return self._whole[unit]

    def _denominator(self, rows: Rows, row_keys: Mapping[str, Any], unit: Unit) -> pa.Table:
        """Subjects of a denominator; the last one is kept, since figures come in the order of their denominators."""
        values = sorted((k, str(row_keys[k])) for k in rows.keys)
        key = content_key(
            rows.sql, values, sorted((k, str(v)) for k, v in rows.params.items()), unit
        )
        if self._last is None or self._last[0] != key:
            self._last = key, self._subjects(rows, row_keys, unit)
        return self._last[1]

    def _subjects(self, rows: Rows, row_keys: Mapping[str, Any], unit: Unit) -> pa.Table:
        """Posts or accounts of a query: columns subject, voice (whose it is); one row each, sorted."""
        params = {f"k_{key}": row_keys[key] for key in rows.keys} | dict(rows.params)
        where = " AND ".join(f"{name} = $k_{name}" for name in rows.keys) or "1 = 1"
        column = "post_key" if unit == "posts" else "account_key"
        sql = (
            f"SELECT {column} AS subject, MIN(COALESCE(account_key, post_key)) AS voice FROM ({rows.sql}) r "  # noqa: S608
            f"WHERE {where} AND {column} IS NOT NULL GROUP BY {column} ORDER BY {column}"
        )
        return self._ask(Aggregate(name="judged subjects", sql=sql, needs=rows.needs), params)


def _unfit(judged: Judged, whole: int, unit: Unit) -> str:
    """Why a sample, fit in itself, cannot speak for this corpus."""
    sample = judged.sample
    if sample is None or sample.query:
        return f"sample {sample.id if sample else ''}: drawn from posts of a narrower query"
    if sample.population < COVERED * whole:
        return (
            f"sample {sample.id}: drawn of {sample.population:,} {unit} and there are {whole:,} now; "
            f"give: bedside sample extend STUDY {sample.id}, and judge those that join"
        )
    held = sum(stratum.judged for stratum in judged.strata)
    passed = sum(stratum.passed_over for stratum in judged.strata)
    if passed > max(FEW_LEFT, LEFT_OUT * held):
        return (
            f"sample {sample.id}: {passed:,} {unit} were passed over in its queue, so that the {held:,} judged are no random "
            "part of it; judge those first"
        )
    split = sum(stratum.disagreed for stratum in judged.strata)
    if split > max(FEW_LEFT, LEFT_OUT * held):
        return (
            f"sample {sample.id}: coders differ on {split:,} {unit} and agree on {held:,}; without the hard ones a share is of "
            "easy ones only: settle them with bedside judge --adjudicate"
        )
    return ""


def _decided(judgements: Judgements, asked: Asked, first: Judged, unit: Unit) -> _Rows:
    """Rows decided for every code that was asked, in the denominator as people see it."""
    name = first.sample.id if first.sample else None
    tables = {asked.codes[0]: first.table}
    for code in (*asked.codes[1:], *asked.of):
        if code not in tables:
            tables[code] = judgements.of(asked.layer, code, sample=name, unit=unit).table
    said = {code: _decisions(table) for code, table in tables.items()}
    rows: list[tuple[str, float, str]] = []
    for row in first.table.to_pylist():
        key = row["subject_key"]
        if any(key not in decisions for decisions in said.values()):
            continue
        if asked.of and not any(said[code][key] for code in asked.of):
            continue
        rows.append((key, float(any(said[code][key] for code in asked.codes)), row["stratum"]))
    coders = {
        coder for table in tables.values() for by in table["coders"].to_pylist() for coder in by
    }
    return _Rows(
        [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows], tuple(sorted(coders))
    )


def _decisions(table: pa.Table) -> dict[str, int]:
    return dict(zip(table["subject_key"].to_pylist(), table["decision"].to_pylist(), strict=True))


def _chances(stratum: Sequence[str], judged: Judged) -> list[float]:
    """Chance of each row to be drawn and judged: judged over population of its stratum, since the queue is random."""
    chance = {s.stratum: min(1.0, s.judged / s.population) for s in judged.strata if s.population}
    return [chance[name] for name in stratum]


def _among(keys: Sequence[str], table: pa.Table) -> list[bool]:
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


def _corpus(
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
