"""The record of processing (GDPR, Article 30) that a study's own records fill in."""

from collections.abc import Sequence

import msgspec

from bedside.model.sources import Source
from bedside.report.markup import Markup
from bedside.report.page import Column, paragraph, table
from bedside.report.paper import facts, listing, paper, section

__all__ = ["Processing", "processing_paper"]

NONE_RECORDED = "not recorded"
SAFEGUARDS = (
    "Ids, handles and text as published are sealed in a vault (AES-256-GCM); its key lies with the user, not in the study.",
    "Everything else holds keyed pseudonyms and text in which the 18 identifiers of HIPAA Safe Harbor are masked.",
    "Small counts are suppressed over all releases together; verbatims leave only where the register allows them.",
    "Deletions at the source are followed; an erasure reaches every file and leaves a fingerprint that opens nothing.",
    "Looks at raw text are written down with the name of who looked.",
)


class Processing(msgspec.Struct, frozen=True, kw_only=True):
    """What the record says.

    Attributes
    ----------
    study, purpose, controller, contact, officer, written : str
    sources : sequence of Source
    counts : dict of source to (records with text, records without)
    live : dict of source to str
        When it was last collected and looked at again, in words.
    recipients : sequence of str
        Releases that left the house, in words.
    erasures, looks : int
    """

    study: str
    purpose: str
    controller: str
    contact: str
    officer: str
    written: str
    sources: Sequence[Source]
    counts: dict[str, tuple[int, int]]
    live: dict[str, str]
    recipients: Sequence[str]
    erasures: int
    looks: int


def processing_paper(record: Processing) -> str:
    """The record as one HTML file; it holds no personal data of those who post."""
    return paper(
        "Record of processing",
        f"Study “{record.study}”, as of {record.written}, from the study's own files.",
        section("Controller and purpose", facts("Who and why", _who(record))),
        section("Whose data, and which", listing(_whose())),
        section("Sources", _sources(record), _duties(record)),
        section(
            "Recipients", listing(record.recipients) or paragraph("Nothing has been released.")
        ),
        section("Safeguards", listing(SAFEGUARDS)),
        section(
            "Requests and looks",
            paragraph(
                f"{record.erasures} fingerprints of erased posts, accounts and sources; {record.looks} looks at raw text."
            ),
        ),
    )


def _who(record: Processing) -> list[tuple[str, str]]:
    answers = (
        ("Controller", record.controller),
        ("Contact", record.contact),
        ("Data-protection officer", record.officer),
        ("Purpose", record.purpose),
    )
    return [(what, said or NONE_RECORDED) for what, said in answers]


def _whose() -> tuple[str, ...]:
    return (
        "People who post about health in the sources below, and people whom they name.",
        "Text, pictures' descriptions, times, stated places, declared roles, counts of reactions; health is a special category.",
    )


def _sources(record: Processing) -> Markup:
    heads = (
        "source",
        "how it comes",
        "lawful basis",
        "impact assessment",
        "log-in",
        "stored",
        "records with text",
        "without",
    )
    rows = [
        [
            source.name,
            source.access_basis,
            source.lawful_basis or NONE_RECORDED,
            source.dpia_ref or NONE_RECORDED,
            "needed; " + (source.operator_consent or "no consent recorded")
            if source.login_needed
            else "not needed",
            source.store,
            *(f"{n:,}" for n in record.counts.get(source.name, (0, 0))),
        ]
        for source in record.sources
    ]
    columns = [Column(head, numeric=head in ("records with text", "without")) for head in heads]
    return table("Register of sources", columns, rows, "stack")


def _duties(record: Processing) -> Markup:
    heads = (
        "source",
        "kept for",
        "looked at again",
        "last rounds",
        "quotes",
        "language model",
        "told that it is public",
    )
    rows = [
        [
            source.name,
            f"{source.retention_days} days" if source.retention_days else "no limit stated",
            f"within {source.recheck_days} days" if source.recheck_days else "no term",
            record.live.get(source.name, "files"),
            source.quotes,
            "allowed" if source.llm_allowed else "not allowed",
            "yes" if source.told_public else "no",
        ]
        for source in record.sources
    ]
    return table("Duties", [Column(head) for head in heads], rows, "stack")
