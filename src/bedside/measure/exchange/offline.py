"""Online for offline: how exchanges with professionals end, by what they are about, and what the asker says then (F70)."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows, count_rows
from bedside.measure.exchange.about import (
    ACTS,
    TOPICS,
    about_answers,
    about_conditions,
    about_stages,
    about_topics,
    kinds_there,
    top_conditions,
)
from bedside.measure.exchange.dialogues import OUTCOMES
from bedside.measure.exchange.making import ASKER_OR_PROFESSIONAL, make_post_shares
from bedside.measure.told import asserted
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = ["SAYS", "TURNS", "asker_says", "by_what", "outcomes", "sent_again", "turns"]

SAYS = ("settled", "not_settled", "helped", "will_see")
TURNS = ("1", "2", "3-4", "5 or more")
_CLUSTERED = "the wider interval by asker or professional"
_REPLY = {"unanswered": "no"}  # outcomes without an answer by a professional
_ALL = "SELECT post_key, account_key, professional, outcome, answers, turns FROM exchanges"
_ANSWERED = f"{_ALL} WHERE answers > 0"


def _about(context: MeasureContext) -> dict[str, str]:
    kinds, acts = about_answers()
    return {
        "topic": about_topics(),
        "condition": about_conditions(),
        "stage": about_stages(context),
        "kind": kinds,
        "act": acts,
    }


def by_what(context: MeasureContext) -> str:
    """Exchanges under everything that they are about. Columns those of exchanges, about, what."""
    ways = [f"SELECT e.*, 'all' AS about, 'all' AS what FROM ({_ALL}) e"]  # noqa: S608
    ways += [
        f"SELECT e.*, '{about}' AS about, a.what FROM ({_ALL}) e JOIN ({sql}) a ON a.post_key = e.post_key"  # noqa: S608
        for about, sql in _about(context).items()
    ]
    return " UNION ALL ".join(ways)


def outcomes(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How exchanges with professionals end: `exchange.outcome`, keys {"about", "what", "outcome", "reply"}.

    about: all; topic, condition and stage of the question; kind of the professionals; act that an answer holds. An
    exchange may be about several; of each it ended in one way, so that the outcomes add up to 1. See `dialogues`. `unsafe`
    is there only where a clinician judged an answer so.
    """
    rows = by_what(context)
    of_rows = Rows(sql=rows, keys=("about", "what"))
    there = count_rows(ask, of_rows, "what exchanges are about")
    what = {
        "all": ["all"],
        "topic": list(TOPICS),
        "condition": top_conditions(ask, context, _ALL),
        "stage": list(context.stage_groups),
        "kind": kinds_there({name for about, name in there if about == "kind"}),
        "act": list(ACTS),
    }
    figures = make_post_shares(
        ask,
        context,
        "exchange.outcome",
        rows=Rows(sql=rows, keys=("about", "what", "outcome")),
        of_rows=of_rows,
        cells=[
            {"about": about, "what": name, "outcome": outcome, "reply": _REPLY.get(outcome, "yes")}
            for about, names in what.items()
            for name in names
            if (about, name) in there or about == "all"
            for outcome in OUTCOMES
        ],
        what=f"exchanges with a professional that ended so, of exchanges about it, {_CLUSTERED}",
        voices=ASKER_OR_PROFESSIONAL,
    )
    # none judged unsafe is not none unsafe: a zero here would reassure where nobody looked (R52, R56)
    return [f for f in figures if f.keys["outcome"] != "unsafe" or f.hits_posts]


def asker_says(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What the asker says after an answer: `exchange.says`, keys {"ended", "says"}; ended: all, or sent.

    Of exchanges that a professional answered; an asker may say several things, most say nothing.
    """
    said = f"""
SELECT DISTINCT d.question, m.code AS says FROM dialogues d JOIN marks m ON m.post_key = d.post_key
WHERE d.side = 'asker' AND m.layer = 'acknowledgement' AND {asserted("m")}"""  # noqa: S608
    ended = f"""
SELECT a.*, 'all' AS ended FROM ({_ANSWERED}) a UNION ALL
SELECT a.*, 'sent' AS ended FROM ({_ANSWERED}) a WHERE outcome = 'sent'"""  # noqa: S608
    return make_post_shares(
        ask,
        context,
        "exchange.says",
        rows=Rows(
            sql=f"SELECT e.*, s.says FROM ({ended}) e JOIN ({said}) s ON s.question = e.post_key",  # noqa: S608
            keys=("ended", "says"),
        ),
        of_rows=Rows(sql=ended, keys=("ended",)),
        cells=[{"ended": way, "says": says} for way in ("all", "sent") for says in SAYS],
        what=f"exchanges in which the asker says so after an answer, of exchanges that a professional answered, {_CLUSTERED}",
        voices=ASKER_OR_PROFESSIONAL,
    )


def sent_again(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Sent to whom they had seen: `exchange.sent_again`, no keys.

    Exchanges whose question tells that a professional was seen, of exchanges that ended with being sent to one.
    """
    sent = f"{_ALL} WHERE outcome = 'sent'"
    seen = f"""
SELECT DISTINCT m.post_key FROM corpus_marks m
WHERE m.layer = 'do' AND m.code = 'saw_professional' AND {asserted("m")}"""  # noqa: S608
    return make_post_shares(
        ask,
        context,
        "exchange.sent_again",
        rows=Rows(sql=f"SELECT e.* FROM ({sent}) e JOIN ({seen}) s ON s.post_key = e.post_key"),  # noqa: S608
        of_rows=Rows(sql=sent),
        cells=[{}],
        what=f"exchanges whose question tells of a professional seen already, of exchanges sent to one, {_CLUSTERED}",
        voices=ASKER_OR_PROFESSIONAL,
    )


def turns(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Depth of dialogue: `exchange.turns`, keys {"turns"}: how often the word passes from one side to the other.

    1: an answer and no more; 2: the asker comes back; 3 or more: the professional too. Of exchanges that were answered.
    """
    banded = f"""
SELECT a.*, CASE WHEN turns < 2 THEN '1' WHEN turns = 2 THEN '2' WHEN turns < 5 THEN '3-4' ELSE '5 or more' END AS band
FROM ({_ANSWERED}) a"""  # noqa: S608
    return make_post_shares(
        ask,
        context,
        "exchange.turns",
        rows=Rows(sql=banded, keys=("band",)),
        of_rows=Rows(sql=_ANSWERED),
        cells=[{"turns": turns} for turns in TURNS],
        what=f"exchanges with so many turns, of exchanges that a professional answered, {_CLUSTERED}",
        voices=ASKER_OR_PROFESSIONAL,
    )
