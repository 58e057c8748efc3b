"""COREQ: the 32 items, filled in from the study's records; elsewhere `not applicable, because ...` (R31).

Topics in our own short words after Tong, Sainsbury and Craig (2007), doi:10.1093/intqhc/mzm042.
"""

from typing import NamedTuple

from bedside.report.chapters.agreed import agreement_sentence
from bedside.report.figures import one
from bedside.report.page import Desk, number_of
from bedside.report.printing import day

__all__ = ["Item", "coreq_items"]

_NO_INTERVIEW = (
    "Not applicable, because nobody was interviewed: posts that already stood were collected."
)
_NO_CONTACT = "Not applicable, because there was no contact with those who wrote."
_NOT_RECORDED = "Not recorded in the study."
_TOPICS = (
    "who interviewed", "credentials", "occupation", "gender of researchers", "experience and training",
    "relationship before the study", "what participants knew of the researcher", "researcher's assumptions",
    "method and theory", "sampling", "approach", "sample size", "who declined", "setting", "others present",
    "description of the sample", "interview guide", "repeat interviews", "recording", "field notes", "duration",
    "saturation", "transcripts returned", "number of coders", "coding tree", "where themes come from", "software",
    "checking by participants", "quotations", "findings fit the data", "major themes", "minor themes",
)  # fmt: skip
_FIXED = {
    1: _NO_INTERVIEW,
    6: _NO_CONTACT,
    7: _NO_CONTACT,
    11: "Not applicable, because nobody was approached.",
    13: "Not applicable, because nobody was asked to take part; posts deleted by their authors are left out and counted.",
    15: _NO_INTERVIEW,
    17: _NO_INTERVIEW,
    18: _NO_INTERVIEW,
    19: "Not applicable, because the posts are written text.",
    22: "Not applicable, because every relevant post was taken, not recruited until nothing new came.",
    23: _NO_CONTACT,
    28: "Not done: those who wrote have not checked the findings; see the page back to the community.",
    30: "Each number opens to the posts behind it by its evidence id.",
    31: "Chapters of this report; each headline is decided by the figures.",
    32: "Every code is in the table under its chart, rare ones too; * marks those too few to show.",
}


class Item(NamedTuple):
    """One item: its number, its topic in short, and what the records say."""

    number: int
    topic: str
    answer: str


def coreq_items(laid: Desk) -> list[Item]:
    """All 32 items in order, each with an answer."""
    answers = _FIXED | _recorded(laid)
    return [Item(at, topic, answers[at]) for at, topic in enumerate(_TOPICS, start=1)]


def _recorded(laid: Desk) -> dict[int, str]:
    """Answers that depend on the study."""
    return _people(laid) | _sample(laid) | _analysis(laid)


def _people(laid: Desk) -> dict[int, str]:
    """Items on those who read."""
    read = laid.material.readers
    coders = max(read.coders, laid.material.coders)
    nobody = "Not applicable yet, because nobody has judged a post."
    missing = "Not recorded: say it in [team] of study.toml." if coders else nobody
    said = (read.credentials, read.occupation, read.gender, read.experience)
    people = "1 person" if coders == 1 else f"{coders} people"
    posts = max(read.posts, laid.material.judged)
    settled = f" {read.settled:,} decisions settled where they differed." if read.settled else ""
    told = agreement_sentence(laid.material.agreement)
    agreement = f" {told}" if told else " No post was judged by two of them."
    return {
        **{number: words or missing for number, words in zip((2, 3, 4, 5), said, strict=True)},
        8: read.assumptions or missing,
        24: f"{people} judged {posts:,} posts.{settled}{agreement}" if coders else nobody,
    }


def _sample(laid: Desk) -> dict[int, str]:
    """Items on what was collected."""
    study = laid.material.study
    posts, accounts = (
        number_of(one(laid.shelf, "inclusion.flow", step=s)) for s in ("relevant", "accounts")
    )
    names = ", ".join(s.name for s in laid.material.sources)
    first, last = study.period
    return {
        10: "All posts in the sources that match the query; none drawn." + _drawn(laid),
        12: f"{posts} relevant posts from {accounts} accounts.",
        14: f"Online sources: {names}." if names else _NOT_RECORDED,
        16: "See Who speaks, and Place; age, sex and ethnicity are not read.",
        20: f"{laid.material.readers.memos:,} memos stand with the judgements in the study."
        if laid.material.readers.memos
        else "No memos are recorded.",
        21: f"Posts published from {day(first)} to {day(last)}."
        if first and last
        else _NOT_RECORDED,
    }


def _drawn(laid: Desk) -> str:
    """Samples that people judged, by name; empty where there is none."""
    names = laid.material.readers.samples
    return f" For judging, drawn at random: {', '.join(names)}." if names else ""


def _analysis(laid: Desk) -> dict[int, str]:
    """Items on how posts were read."""
    m, quotes = laid.material, len(laid.material.quotes)
    book = (
        f"codebook {m.study.codebook}"
        if m.study.codebook
        else "a codebook whose version is not recorded"
    )
    return {
        9: f"Content analysis with {book}: stages, and what people think, feel and do at each.",
        25: f"Layers and codes of {book}, each with a definition, what counts and what does not.",
        26: "Codes were set before reading and are edited by analysts.",
        27: f"bedside {m.bedside_version}."
        if m.bedside_version
        else "bedside; version not recorded.",
        29: f"{quotes} wordings and quotes, each passed by the quote gate."
        if quotes
        else "None may be printed.",
    }
