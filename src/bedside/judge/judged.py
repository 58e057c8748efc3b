"""The judged sample: one decision a post for a layer and code, with all that an estimate needs to know of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bedside.codebook import Codebook, code_hash, layer_hash
from bedside.errors import InputError
from bedside.judge.decisions import LOOK, WHOLE, has_log, latest_of_each, open_log
from bedside.judge.qualifying import own_makers, reason_against
from bedside.judge.samples import Sample, find_sample, list_samples, read_items
from bedside.model.figures import JUDGEMENTS
from bedside.store.stages import Aggregate, Ask
from bedside.store.study import Study

__all__ = ["JUDGED_SAMPLE", "Judged", "JudgedSamples", "Rule", "Stratum", "judged_sample", "settle"]

Rule = Literal["adjudicated", "majority", "first"]
JUDGED_SAMPLE = pa.schema(
    [
        pa.field("subject_key", pa.string(), nullable=False),
        ("post_key", pa.string()),  # null in a sample of accounts
        ("account_key", pa.string()),
        ("text_key", pa.string()),
        pa.field("layer", pa.string(), nullable=False),
        pa.field("code", pa.string(), nullable=False),
        pa.field("decision", pa.int8(), nullable=False),  # 1 present, 0 absent
        pa.field(
            "how", pa.string(), nullable=False
        ),  # adjudicated | agreed | single | majority | first
        pa.field("probability", pa.float64(), nullable=False),  # of being drawn
        pa.field("stratum", pa.string(), nullable=False),
        pa.field("coders", pa.list_(pa.string()), nullable=False),
        pa.field("sample_id", pa.string(), nullable=False),
    ]
)
CORPUS = Aggregate(
    name="judge.corpus",
    needs=("corpus",),
    sql="SELECT post_key, account_key, text_key FROM corpus ORDER BY post_key",
)
Text = tuple[str, str | None]
"""subject_key and text_key."""


class Stratum(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one stratum of a sample for a code.

    Attributes
    ----------
    population : int
        Posts (or accounts) it had when the sample was drawn or last extended.
    probability : float
    drawn : int
        Items that are still in the corpus.
    judged, set_aside, open, disagreed, outdated : int
        Decided; set aside; nobody is done yet; coders differ and nobody adjudicated; the code or the text changed
        since. They add up to `drawn`.
    passed_over : int
        Those of `open` that stand in the queue before the last judged one: while there are many, the judged are no
        random part of the drawn.
    """

    stratum: str
    population: int
    probability: float
    drawn: int = 0
    judged: int = 0
    set_aside: int = 0
    open: int = 0
    disagreed: int = 0
    outdated: int = 0
    passed_over: int = 0


class Judged(NamedTuple):
    """A judged sample: the table (JUDGED_SAMPLE), its sample, what became of each stratum, why it is empty."""

    table: pa.Table
    sample: Sample | None
    strata: tuple[Stratum, ...] = ()
    reason: str = ""


class JudgedSamples:
    """Everything judged in a study, read once, to be asked for one layer and code after another.

    Parameters
    ----------
    study : Study
    ask : Ask
        Over the study's tables as of a snapshot.
    book : Codebook
        As it stands now.
    makers : iterable of Maker, optional
        Makers of the study's own, as `qualifying.own_rules` takes them.
    """

    def __init__(
        self, study: Study, ask: Ask, book: Codebook, *, makers: Iterable[Any] | None = None
    ) -> None:
        self._study, self._book, self._makers = (
            study,
            book,
            tuple(own_makers() if makers is None else makers),
        )
        self._items = {s.id: read_items(study, s) for s in list_samples(study) if s.estimates}
        self._judgements, self._looks = JUDGEMENTS.empty_table(), LOOK.empty_table()
        if has_log(study):
            with open_log(study) as log:
                self._judgements, self._looks = log.read(), log.looks()
        self._texts, self._accounts = (
            _present(ask, self._items.values()) if self._items else ({}, set())
        )
        self._by_layer: dict[tuple[str, str], pa.Table] = {}

    def of(
        self,
        layer: str,
        code: str,
        *,
        sample: str | None = None,
        unit: Literal["posts", "accounts"] = "posts",
        rule: Rule = "adjudicated",
    ) -> Judged:
        """What people decided about a random sample for one layer and code; see `judged_sample`."""
        hashes = code_hash(self._book.layer(layer), code), layer_hash(self._book.layer(layer))
        study = self._study
        named = [find_sample(study, sample)] if sample else list_samples(study, layer=layer)
        found, reason = [], ""
        for one in (s for s in named if s.unit == unit):
            against = reason_against(study, one, layer, self._looks, makers=self._makers)
            reason = reason or (f"sample {one.id}: {against}" if against else "")
            if not against:
                decided = settle(self._of_layer(one.id, layer), code, hashes, rule)
                found.append(self._join(one, decided, layer, code))
        if not found:
            empty = reason or f"no sample of {unit} was drawn for {layer}"
            return Judged(JUDGED_SAMPLE.empty_table(), None, (), empty)
        return max(found, key=lambda judged: judged.table.num_rows)

    def _of_layer(self, sample: str, layer: str) -> pa.Table:
        """Judgements of a sample and layer as they stand."""
        if (sample, layer) not in self._by_layer:
            of = pc.and_(
                pc.equal(self._judgements["sample_id"], sample),
                pc.equal(self._judgements["layer"], layer),
            )
            self._by_layer[sample, layer] = latest_of_each(self._judgements.filter(of))
        return self._by_layer[sample, layer]

    def _join(
        self, sample: Sample, decided: Mapping[Text, "Settled"], layer: str, code: str
    ) -> Judged:
        rows, fates = [], Counter[tuple[str, str]]()
        waiting = Counter[str]()  # open ones of each stratum since its last judged one
        about = {"layer": layer, "code": code, "sample_id": sample.id}
        for item in self._items[sample.id].to_pylist():
            now = self._texts.get(item["subject_key"], {}) if sample.unit == "posts" else {}
            if not now and item["subject_key"] not in self._accounts:
                continue
            settled = decided.get((item["subject_key"], now.get("text_key")))
            fate = settled.fate if settled else _else(item, decided)
            fates[item["stratum"], fate] += 1
            waiting[item["stratum"]] += fate == "open"
            if fate == "judged":
                fates[item["stratum"], "passed_over"] += waiting.pop(item["stratum"], 0)
            if settled and settled.fate == "judged":
                said = {"decision": settled.decision, "how": settled.how, "coders": settled.coders}
                rows.append(item | now | about | said)
        table = pa.Table.from_pylist(rows, schema=JUDGED_SAMPLE)
        return Judged(table, sample, tuple(_strata(sample, fates)))


def judged_sample(
    study: Study,
    ask: Ask,
    book: Codebook,
    *,
    layer: str,
    code: str,
    sample: str | None = None,
    unit: Literal["posts", "accounts"] = "posts",
    rule: Rule = "adjudicated",
    makers: Iterable[Any] | None = None,
) -> Judged:
    """What people decided about a random sample of the corpus, fit to enter an estimate.

    Parameters
    ----------
    study : Study
    ask : Ask
        Over the study's tables as of a snapshot.
    book : Codebook
        As it stands now.
    layer, code : str
    sample : str, optional
        Name of a sample; otherwise of all that qualify the one in which most was judged.
    unit : {"posts", "accounts"}
        What was drawn and judged.
    rule : {"adjudicated", "majority", "first"}
        What holds where coders differ and nobody has adjudicated: nothing (the post counts as `disagreed`), what most
        of them say, or what the first of them to finish says.
    makers : iterable of Maker, optional
        Makers of the study's own, as `qualifying.own_rules` takes them.

    Returns
    -------
    Judged
        Only unprompted decisions of a probability sample that is not disqualified, made under the code's present
        definition about the present text of a post that is in the corpus.

    Raises
    ------
    NotFoundError
        If the codebook lacks the layer or code, or the study the sample.
    """
    judged = JudgedSamples(study, ask, book, makers=makers)
    return judged.of(layer, code, sample=sample, unit=unit, rule=rule)


def _present(ask: Ask, drawn: Iterable[pa.Table]) -> tuple[dict[str, dict[str, Any]], set[str]]:
    """Drawn posts as they stand in the corpus now, and all accounts of it."""
    corpus = ask(CORPUS, {})
    keys = pa.chunked_array([c for t in drawn for c in t["subject_key"].chunks], pa.string())
    here = corpus.filter(pc.is_in(corpus["post_key"], pc.unique(keys)))
    accounts = set(pc.unique(corpus["account_key"]).to_pylist()) - {None}
    return {row["post_key"]: row for row in here.to_pylist()}, accounts


def _else(item: Mapping[str, Any], decided: Mapping[Text, "Settled"]) -> str:
    """What became of an item whose present text nobody decided on."""
    of_subject = decided.get((item["subject_key"], item["text_key"]))
    return "outdated" if of_subject and of_subject.fate == "judged" else "open"


def _strata(sample: Sample, fates: Mapping[tuple[str, str], int]) -> Iterable[Stratum]:
    for stratum, probability in sample.probabilities.items():
        of = {fate: n for (name, fate), n in fates.items() if name == stratum}
        yield Stratum(
            stratum=stratum,
            population=sample.sizes[stratum],
            probability=probability,
            drawn=sum(n for fate, n in of.items() if fate != "passed_over"),
            **of,
        )


class Settled(NamedTuple):
    """What holds of one post and code: fate as in `Stratum`, decision 0/1, how it came about, and who coded."""

    fate: str
    decision: int = 0
    how: str = ""
    coders: tuple[str, ...] = ()


def settle(
    judgements: pa.Table, code: str, hashes: tuple[str, str], rule: Rule = "adjudicated"
) -> dict[Text, Settled]:
    """Make one decision of several coders' for each text.

    Parameters
    ----------
    judgements : pyarrow.Table
        JUDGEMENTS of one sample and layer, oldest first.
    code : str
    hashes : tuple of str
        Of the code and of the layer as they stand now.
    rule : {"adjudicated", "majority", "first"}

    Returns
    -------
    dict of (subject_key, text_key) to Settled
        A coder counts once the layer is complete, or where the code itself was decided. A code that a complete layer
        does not name is absent, if the layer held the same codes as now.
    """
    if rule not in ("adjudicated", "majority", "first"):
        raise InputError(f"got the rule '{rule}'; know adjudicated, majority and first")
    held = latest_of_each(judgements.select(JUDGEMENTS.names))
    mine = pc.is_in(held["code"], pa.array([code, WHOLE]))
    groups: dict[Text, dict[tuple[str, str], list[dict[str, Any]]]] = {}
    for row in held.filter(mine).to_pylist():
        of_text = groups.setdefault((row["subject_key"], row["text_key"]), {})
        of_text.setdefault((row["kind"], row["coder"]), []).append(row)
    return {text: _settle_text(by_coder, code, hashes, rule) for text, by_coder in groups.items()}


def _settle_text(
    by_coder: Mapping[tuple[str, str], list[dict[str, Any]]],
    code: str,
    hashes: tuple[str, str],
    rule: Rule,
) -> Settled:
    votes = {who: _vote(rows, code, hashes) for who, rows in by_coder.items()}
    coders = tuple(sorted({coder for kind, coder in votes if kind == "coding"}))
    final = [v for (kind, _), v in votes.items() if kind == "adjudication" and v in (0, 1)]
    if final:
        return Settled("judged", int(final[-1]), "adjudicated", coders)
    own = {coder: v for (kind, coder), v in votes.items() if kind == "coding"}
    cast = [int(v) for v in own.values() if v in (0, 1)]
    if cast and len(set(cast)) == 1:
        return Settled("judged", cast[0], "agreed" if len(cast) > 1 else "single", coders)
    if cast:
        return _differ(cast, rule, coders)
    fates = [str(v) for v in own.values()]
    return Settled(
        next((f for f in ("set_aside", "outdated") if f in fates), "open"), coders=coders
    )


def _differ(cast: Sequence[int], rule: Rule, coders: tuple[str, ...]) -> Settled:
    present = sum(cast)
    if rule == "first":
        return Settled("judged", cast[0], "first", coders)
    if rule == "majority" and 2 * present != len(cast):
        return Settled("judged", int(2 * present > len(cast)), "majority", coders)
    return Settled("disagreed", coders=coders)


def _vote(rows: Sequence[dict[str, Any]], code: str, hashes: tuple[str, str]) -> int | str:
    """What one coder says: 1, 0, or why nothing: set_aside | outdated | open."""
    by_code = {row["code"]: row for row in rows if row["decision"] != "withdrawn"}
    whole, own = by_code.get(WHOLE), by_code.get(code)
    if whole is not None and whole["decision"] in ("set_aside", "draft"):
        return "set_aside" if whole["decision"] == "set_aside" else "open"
    if own is not None and own["decision"] in ("present", "absent"):
        if own["proposal_shown"]:
            return "open"
        return int(own["decision"] == "present") if own["code_hash"] == hashes[0] else "outdated"
    if whole is None or whole["proposal_shown"]:
        return "open"
    return 0 if whole["code_hash"] == hashes[1] else "outdated"
