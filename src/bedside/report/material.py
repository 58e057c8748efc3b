"""Material: everything one report is made from. It holds released figures and records, never a post."""

from collections.abc import Sequence

import msgspec

from bedside.model.actions import Action
from bedside.model.figures import Quote
from bedside.model.interventions import Intervention
from bedside.model.sources import Source
from bedside.report.released import Released

__all__ = [
    "AgreedRow",
    "ClaimNote",
    "CoverageRow",
    "ImportRow",
    "Material",
    "Readers",
    "Records",
    "Study",
    "material_of",
]


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """What the study asked, and of which frozen set of posts.

    Dates are ISO strings; `period` is the first and last day of publication, empty strings where unknown.
    """

    title: str
    question: str = ""
    place: str = ""
    conditions: Sequence[str] = ()
    query_words: str = ""  # the query in plain words, for readers
    query_text: str = ""  # the query as it ran
    codebook: str = ""
    snapshot: str = ""
    snapshot_date: str = ""
    period: tuple[str, str] = ("", "")
    query_measured: str = (
        ""  # precision and recall of the query, as a sentence; empty: nobody judged a sample of it
    )
    contact: str = ""  # whom to write to for removal; printed on the page for the community


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one input file. The file's name is never printed; counts are of records."""

    source: str
    format: str
    verified: bool  # the mapping was tried on a real file of this format
    file: str = ""
    read: int = 0
    kept: int = 0
    tombstoned: int = 0
    rejected: int = 0
    no_post: int = 0
    notes: Sequence[str] = ()


class CoverageRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many texts one layer could read; absence of a mark means no only where it says done."""

    layer: str
    done: int = 0
    refused_language: int = 0
    refused_permission: int = 0
    refused_length: int = 0
    failed: int = 0


class Readers(msgspec.Struct, frozen=True, kw_only=True):
    """Those who read and judged, as the study records them; empty strings and zeros where it does not.

    `coders` judged `posts` (or accounts) of `samples`; `memos` stand beside judgements, `settled` were adjudicated.
    """

    credentials: str = ""
    occupation: str = ""
    gender: str = ""
    experience: str = ""
    assumptions: str = ""
    coders: int = 0
    posts: int = 0
    memos: int = 0
    settled: int = 0
    samples: Sequence[str] = ()


class AgreedRow(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement on one code (`*`: on a layer with one answer); None where it is undefined."""

    layer: str
    code: str
    posts: int  # coded by two or more
    differ: int
    alpha: float | None = None
    low: float | None = None
    high: float | None = None
    ac1: float | None = None


class ClaimNote(msgspec.Struct, frozen=True, kw_only=True):
    """What the knowledge base says of a claim: the verdict of its sources (by, title, year), checked on `date`."""

    id: str
    name: str
    statement: str
    verdict: str
    fact: str = ""
    sources: Sequence[str] = ()
    date: str = ""


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """The records of a study beside its released figures and quotes; kept as JSON with every document that leaves.

    Attributes
    ----------
    actions : sequence of Action
        The study's action list as it stands.
    simulated : bool
        Whether any source is simulated; the report then says so first.
    stale : bool
        Whether posts were erased since the figures were made; `erased` says how many.
    small_count : int
        Fewest accounts that are shown (R26).
    coders, judged : int
        People who judged posts, and posts they judged, for the figures that rest on judgements.
    readers : Readers
        Who read and judged, whether or not a figure rests on it.
    agreement : sequence of AgreedRow
        How far they agree, of what two or more coded.
    claims : sequence of ClaimNote
        The claims that figures name.
    interventions : sequence of Intervention
        What the organisation itself did, withdrawn entries among it.
    """

    study: Study
    actions: Sequence[Action] = ()
    sources: Sequence[Source] = ()
    imports: Sequence[ImportRow] = ()
    coverage: Sequence[CoverageRow] = ()
    simulated: bool = False
    stale: bool = False
    erased: int = 0
    small_count: int = 8
    coders: int = 0
    judged: int = 0
    readers: Readers = Readers()
    agreement: Sequence[AgreedRow] = ()
    claims: Sequence[ClaimNote] = ()
    interventions: Sequence[Intervention] = ()
    open_command: str = "bedside open STUDY EVIDENCE-ID"
    bedside_version: str = ""
    makers: Sequence[str] = ()
    run_date: str = ""
    round_to: int = 0  # counts were rounded to this by the release; 0: exact
    notes: Sequence[str] = ()  # further limits, as sentences


class Material(Records, frozen=True, kw_only=True):
    """All that `document.render` needs: the records, figures and quotes.

    Attributes
    ----------
    figures : sequence of Released
        Figures that passed the release; suppressed ones may still be among them, without numbers.
    quotes : sequence of Quote
        Words that passed the quote gate.
    """

    figures: Sequence[Released] = ()
    quotes: Sequence[Quote] = ()

    def records(self) -> Records:
        """The records alone."""
        return Records(**{name: getattr(self, name) for name in Records.__struct_fields__})


def material_of(records: Records, figures: Sequence[Released], quotes: Sequence[Quote]) -> Material:
    """The material again, from records that were kept and what a release holds."""
    held = {name: getattr(records, name) for name in Records.__struct_fields__}
    return Material(**held, figures=figures, quotes=quotes)
