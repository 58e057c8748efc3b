"""Ways of talking: of the replies from one kind of account to another, how many ask, answer, correct, comfort and thank (F69)."""

from collections.abc import Mapping

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows, count_rows
from bedside.measure.exchange.making import make_post_shares
from bedside.measure.exchange.mixing import PAIRS
from bedside.measure.exchange.speakers import ROLES
from bedside.measure.told import asserted, listed
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["HOW", "WAYS", "ways"]

FEWEST = 8  # accounts that write such replies
_ACTS = {
    "question": ("asks_back",),
    "answer": (
        "referral", "safety_net", "lifestyle", "prevention", "medication_advice", "diagnosis_opinion",
    ),
    "correction": ("correction",),
    "comfort": ("empathy", "reassurance"),
}  # fmt: skip
WAYS: Mapping[str, str] = {
    "question": "(m.layer = 'think' AND m.code = 'question') OR m.layer = 'support_needed' "
    "OR (m.layer = 'do' AND m.code = 'asked_online')",
    "answer": "m.layer = 'support_given' AND m.code IN ('informational', 'practical')",
    "correction": "m.layer = 'claim' AND m.code = 'corrects'",
    "comfort": "m.layer = 'support_given' AND m.code IN ('emotional', 'esteem', 'network')",
    "thanks": "(m.layer = 'feel' AND m.code = 'gratitude') OR (m.layer = 'acknowledgement' AND m.code = 'helped')",
}
"""What a mark must be for its post to talk so, beside what professionals do; a reply may do several, or none that is read."""


def _how() -> str:
    """Posts by how they talk. Columns post_key, how."""
    acts = {
        how: f" OR (m.layer = 'professional_act' AND m.slot IS NULL AND m.code IN {listed(codes)})"
        for how, codes in _ACTS.items()
    }
    return " UNION ".join(
        f"SELECT DISTINCT m.post_key, '{how}' AS how FROM marks m "  # noqa: S608
        f"WHERE (({told}){acts.get(how, '')}) AND {asserted('m')}"
        for how, told in WAYS.items()
    )


HOW = Rows(
    sql=f"SELECT p.*, h.how FROM ({PAIRS.sql}) p JOIN ({_how()}) h ON h.post_key = p.post_key",  # noqa: S608
    keys=("from_who", "to_whom", "how"),
)
"""Replies by who writes them, whom they answer and how."""


def ways(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How who talks to whom: `exchange.ways`, keys {"answers", "answered", "how"}.

    Replies from one kind of account to another that ask, answer, correct, comfort or thank, of all its replies to that kind:
    the replies that `exchange.mixing` counts. A reply may do several of these, or none that is read. Only pairs of roles
    between which at least eight accounts reply.
    """
    met = count_rows(ask, PAIRS, "who answers whom")
    return make_post_shares(
        ask,
        context,
        "exchange.ways",
        rows=HOW,
        of_rows=PAIRS,
        cells=[
            {"answers": one, "answered": other, "how": how}
            for one in ROLES
            for other in ROLES
            if (one, other) in met and met[one, other].accounts >= FEWEST
            for how in WAYS
        ],
        what="replies that talk so, of the replies of such accounts to posts of such accounts, where either is in the corpus; "
        "a reply may do several",
    )
