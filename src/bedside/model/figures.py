"""Figures: measured numbers that know how good they are; and judgements, the decisions that make them evidence."""

from typing import Any

import msgspec
import pyarrow as pa

__all__ = ["JUDGEMENTS", "Basis", "Evidence", "Figure", "Judging", "Quote"]

JUDGEMENTS = pa.schema(
    [
        pa.field("subject_key", pa.string(), nullable=False),
        ("text_key", pa.string()),
        pa.field("layer", pa.string(), nullable=False),
        pa.field("code", pa.string(), nullable=False),
        ("spans", pa.string()),  # JSON list of (part, start, end)
        # present | absent; of a whole layer (code = "*"): layer_complete | draft | set_aside; withdrawn: an undo
        pa.field("decision", pa.string(), nullable=False),
        pa.field("coder", pa.string(), nullable=False),
        pa.field("decided_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("code_hash", pa.string(), nullable=False),
        ("memo", pa.string()),
        ("sample_id", pa.string()),
        ("probability", pa.float64()),
        pa.field("proposal_shown", pa.bool_(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),  # coding | adjudication
    ]
)

Basis = str
"""`machine` (machine count, not checked), `judged`, or `counted` (a count with nothing estimated)."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """How a figure opens: the query that gives its posts, and everything that shaped it.

    `posts_sql` selects the column post_key over the study's views (see store.views); `of_sql` the same for
    the denominator. `params` fill the named parameters of both.
    """

    posts_sql: str
    of_sql: str | None = None
    params: dict[str, Any] = {}
    snapshot: str = ""
    codebook: str = ""
    coders: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()


class Judging(msgspec.Struct, frozen=True, kw_only=True):
    """What people decided for a figure whose basis is `judged`, and how it entered.

    Attributes
    ----------
    sample : str
        Name of the random sample.
    layer, codes : str, tuple of str
        What was asked: whether any of these codes is present.
    of : tuple of str
        Codes of which one must be present for the denominator; empty: every post or account of it.
    estimator : str
        `exact`, `judged only` or `prediction-powered`.
    judged, positives, accounts : int
        Judged posts (or accounts), those with the code (None: too few to be shown), accounts that wrote them.
    weight : float
        Weight of the machine in the estimate, 0..1.
    machine, machine_low, machine_high : float or None
        What the machine alone would have said.
    decisions : str
        Hash of the decisions that entered; another hash is another figure.
    adjusted_p, comparisons : float or None, int
        Of a difference or trend: p-value with false discoveries kept rare over so many comparisons.
    """

    sample: str
    layer: str
    codes: tuple[str, ...]
    of: tuple[str, ...] = ()
    estimator: str
    judged: int
    positives: int | None
    accounts: int
    weight: float = 0.0
    machine: float | None = None
    machine_low: float | None = None
    machine_high: float | None = None
    decisions: str = ""
    adjusted_p: float | None = None
    comparisons: int = 0


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured number. Never rounded here; printing rounds.

    Attributes
    ----------
    id : str
        Evidence id, `ev-` + 10 hexadecimal digits + `-` + measure; the same inputs give the same id.
    measure : str
        File of the measure and name within it, such as `journey.map`.
    keys : dict
        What the number is about, such as {"stage": "diagnosis", "code": "relief"}.
    unit : str
        `posts`, `accounts` or `records`: what is counted, and what a share is of.
    estimate : float or None
        The number: a count, a share in 0..1, or a median; None when refused, with `refused` set.
    low, high : float or None
        95 % interval, same scale as estimate.
    hits_accounts, hits_posts, of_accounts, of_posts : int or None
        Numerator and denominator, in accounts and in posts.
    no_author : int
        Posts of the numerator that have no author; they never raise a count of accounts.
    basis : str
        machine | judged | counted.
    method : str
        Estimator and interval in words, for the evidence line.
    judging : Judging or None
        What people decided, where the basis is `judged`.
    advice : str
        What (more) judging would buy; empty where nothing is estimated.
    """

    id: str
    measure: str
    keys: dict[str, str]
    unit: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    hits_accounts: int | None = None
    hits_posts: int | None = None
    of_accounts: int | None = None
    of_posts: int | None = None
    no_author: int = 0
    basis: Basis = "machine"
    method: str = ""
    refused: str = ""
    judging: Judging | None = None
    advice: str = ""
    evidence: Evidence = Evidence(posts_sql="")


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """Words that may leave the house: a verbatim where allowed, a paraphrase, or a shared wording."""

    kind: str  # verbatim | paraphrase | wording
    text: str
    about: str  # chapter or code it illustrates
    accounts: int | None = None  # for wordings: accounts that share it
    evidence_id: str = ""
