"""Judging: finds what people decided for a share, and hands it to the estimator.

A share says in `Asked` how it would be put to people. Where the study holds a random sample of the same unit that was
judged for it, the share rests on that; a sample of posts never speaks for a share of accounts, nor the other way.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bedside.errors import InputError
from bedside.judge.judged import Judged
from bedside.measure.estimates.contrasts import Contrast, trend
from bedside.measure.estimates.judged import judged_share
from bedside.measure.evidence import Rows, used_params
from bedside.measure.judged_rows import (
    WHOLE,
    Asked,
    Found,
    Held,
    Judgements,
    Subjects,
    Unit,
    among,
    corpus_sums,
    hold,
)
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["Asked", "Found", "JudgedShares"]

LEFT_OUT = 0.05  # judged posts over which others may be left out of their turn, or unsettled
FEW_LEFT = 3
COVERED = 0.98  # part of the corpus that a sample must have been drawn from to speak for it


class JudgedShares:
    """What people decided, to be asked for one share after another.

    Parameters
    ----------
    ask : Ask
        Over the study's tables as of the snapshot.
    judgements : Judgements
        The study's judged samples.
    margins : sequence of str
        Columns of the corpus whose sizes are known, to which judged posts are post-stratified; else the strata by which
        they were drawn.
    """

    def __init__(self, ask: Ask, judgements: Judgements, *, margins: Sequence[str] = ()) -> None:
        self._judgements = judgements
        self._subjects = Subjects(ask)
        self._margins = tuple(margins)

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
        held = self._hold(asked, unit, of, row_keys)
        if isinstance(held, str):
            return Found(None, reason=held)
        if asked.of:
            return held.found(judged_share(held.sample()))
        marked = self._subjects.of(hits, row_keys, unit)
        sample = held.sample(marked)
        strata, sizes = self._strata(held, unit)
        corpus = corpus_sums(held.denominator, marked, sample.account, sizes)
        return held.found(judged_share(sample._replace(stratum=strata), corpus))

    def find_trend(
        self, asked: Asked, *, hits: Rows, of: Rows, row_keys: Mapping[str, Any]
    ) -> tuple[Found, Contrast]:
        """Change of a share of posts by year, over posts whose day is known; see `find` and `contrasts.trend`."""
        held = self._hold(asked, "posts", of, row_keys)
        if isinstance(held, str):
            return Found(None, reason=held), Contrast(None, None, None, None, refused=held)
        decisions = held.found(None).decisions
        years = self._subjects.years(held.denominator)
        held = held.only([i for i, key in enumerate(held.keys) if key in years])
        found = held.found(None)._replace(decisions=decisions)
        marked = self._subjects.of(hits, row_keys, "posts")
        subjects = held.denominator["subject"].to_pylist()
        rows = zip(
            subjects, held.denominator["voice"].to_pylist(), among(subjects, marked), strict=True
        )
        whole = [(years[key], voice, float(flag)) for key, voice, flag in rows if key in years]
        if not whole:
            return found, Contrast(
                None, None, None, None, refused="no post says when it was written"
            )
        over, account, machine = (list(column) for column in zip(*whole, strict=True))
        when = [years[key] for key in held.keys]
        return found, trend(held.sample(marked), when, machine=machine, account=account, over=over)

    def judged_codes(self, layer: str, codes: Sequence[str]) -> dict[str, int]:
        """Codes of a layer for which a sample of posts was judged, and how many judged posts carry each."""
        tables = {code: self._judgements.of(layer, code).table for code in codes}
        return {code: sum(t["decision"].to_pylist()) for code, t in tables.items() if t.num_rows}

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

    def _hold(self, asked: Asked, unit: Unit, of: Rows, row_keys: Mapping[str, Any]) -> Held | str:
        """Judged rows in a denominator; or why they cannot speak for it, empty where none were drawn."""
        first = self._judgements.of(asked.layer, asked.codes[0], unit=unit)
        if first.sample is None or not first.table.num_rows:
            return first.reason if first.reason.startswith("sample ") else ""
        whole = self._subjects.size(unit)
        unfit = _unfit(first, whole, unit)
        if unfit:
            return unfit
        denominator = self._subjects.denominator(
            *((WHOLE, {}) if asked.of else (of, row_keys)), unit
        )
        return hold(self._judgements, asked, first, unit, denominator)

    def _strata(self, held: Held, unit: Unit) -> tuple[list[str], Mapping[str, int]]:
        """Stratum of each judged row, and sizes to weigh them to; no sizes where they are known of the corpus only."""
        if self._margins and unit == "posts":
            return self._subjects.margins(self._margins, held.keys, held.denominator)
        whole = held.denominator.num_rows == self._subjects.size(unit)
        return held.stratum, {s.stratum: s.population for s in held.first.strata} if whole else {}


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
    unseen = [s for s in judged.strata if not s.judged]
    if sum(s.population for s in unseen) > (1 - COVERED) * whole:
        return (
            f"sample {sample.id}: nothing is judged yet of {', '.join(s.stratum for s in unseen)}"
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
