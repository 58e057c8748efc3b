"""Visits: how people were seen, what they say of it, what happened at the first ones, and what was refused (F26-F28)."""

from bedside.measure.context import MeasureContext
from bedside.measure.evidence import Rows, count_rows
from bedside.measure.making import make_share
from bedside.measure.tables import make_shares
from bedside.measure.told import asserted, experienced, listed, read_posts, told_moments
from bedside.model.figures import Figure
from bedside.store.stages import Ask

__all__ = [
    "AT_VISITS",
    "consultations",
    "dismissed",
    "mode_reasons",
    "modes",
    "professionals",
    "refusals",
    "turning_points",
]

VISITS = ("first_consultation", "tests_referral", "diagnosis")
AT_VISITS = (
    ("care", "listening:complaint"), ("care", "listening:praise"), ("care", "information:complaint"),
    ("care", "waiting:complaint"), ("care", "access:complaint"), ("do", "sought_test_or_referral"), ("do", "prepared"),
    ("do", "challenged_professional"), ("do", "second_opinion"), ("do", "complained"),
)  # fmt: skip
"""What is told of a visit: layer and code. `listening:complaint` is what a dismissal is."""
MODES = ("in_person", "phone", "video", "message")
SEEN, NOT_SEEN = "seen_after_all", "not_seen"
FEWEST = 8  # accounts with one reason; fewer could not be shown
REASONS = ("cost", "access", "waiting", "fear", "side_effects", "refused", "other")
UNSTATED = "unstated"
BANDS = ("1", "2", "3-4", "5-9", "10 or more")
_BAND = """CASE WHEN seen < 2 THEN '1' WHEN seen < 3 THEN '2' WHEN seen < 5 THEN '3-4' WHEN seen < 10 THEN '5-9'
  ELSE '10 or more' END"""


def _known(context: MeasureContext) -> list[tuple[str, str]]:
    return [(layer, code) for layer, code in AT_VISITS if code in context.codes.get(layer, ())]


def consultations(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What is told of the first visits, of tests and of the diagnosis: `journey.consultations`, keys {"stage", "layer", "code"}.

    Accounts that tell it in a moment at the stage, of accounts with such a moment of own or cared-for experience in a
    text read for the layer.
    """
    stages = {stage: (stage,) for stage in VISITS}
    told = f"""
SELECT t.post_key, t.account_key, t.moment, t.stage_group AS stage, v.layer
FROM ({told_moments(stages)}) t JOIN ({read_posts(("care", "do"))}) v ON t.post_key = v.post_key"""  # noqa: S608
    rows = Rows(
        keys=("stage", "layer", "code"),
        sql=f"""
SELECT s.post_key, s.account_key, s.stage, s.layer, m.code
FROM ({told}) s JOIN corpus_marks m ON m.moment = s.moment AND m.post_key = s.post_key AND m.layer = s.layer
WHERE {asserted("m")}""",  # noqa: S608
    )
    return make_shares(
        ask,
        context,
        "journey.consultations",
        rows=rows,
        of_rows=Rows(keys=("stage", "layer"), sql=told),
        cells=[
            {"stage": s, "layer": layer, "code": c} for s in VISITS for layer, c in _known(context)
        ],
        what="accounts that tell it in a moment at the stage, of accounts that tell a moment at the stage",
    )


def dismissed(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Not listened to or believed, by stage: `journey.dismissed`, keys {"group"}.

    Accounts that tell it in a moment at the stage, of accounts with a moment at the stage in a text read for care.
    """
    told = f"""
SELECT t.post_key, t.account_key, t.moment, t.stage_group
FROM ({told_moments(context.stage_groups)}) t JOIN ({read_posts(("care",))}) v ON t.post_key = v.post_key"""  # noqa: S608
    rows = Rows(
        keys=("stage_group",),
        sql=f"""
SELECT s.post_key, s.account_key, s.stage_group
FROM ({told}) s JOIN corpus_marks m ON m.moment = s.moment AND m.post_key = s.post_key
WHERE m.layer = 'care' AND m.code = 'listening:complaint' AND {asserted("m")}""",  # noqa: S608
    )
    return make_shares(
        ask,
        context,
        "journey.dismissed",
        rows=rows,
        of_rows=Rows(keys=("stage_group",), sql=told),
        cells=[{"group": group} for group in context.stage_groups],
        what="accounts that tell of not being listened to or believed, of accounts that tell a moment at the stage",
    )


def _told_modes() -> str:
    """Visits told by how they took place. Columns post_key, account_key, mode, place, group, maker."""
    return f"""
SELECT m.post_key, m.account_key, m.code AS mode, COALESCE(m.moment, m.post_key) AS place, m."group", m.maker
FROM corpus_marks m
WHERE m.layer = 'mode' AND m.code IN {listed(MODES)} AND {asserted("m")}
  AND m.post_key IN (SELECT post_key FROM ({read_posts(("care",))}) v)"""  # noqa: S608


def _slot(name: str) -> str:
    """What is said of such a visit. Columns post_key, account_key, mode, concept."""
    return f"""
SELECT t.post_key, t.account_key, t.mode, LOWER(s.concept) AS concept
FROM ({_told_modes()}) t JOIN corpus_marks s ON s.post_key = t.post_key AND s."group" = t."group" AND s.maker = t.maker
WHERE s.layer = 'mode' AND s.slot = '{name}' AND s.concept IS NOT NULL"""  # noqa: S608


def modes(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How people were seen and what they say of it: `journey.modes`, keys {"mode", "said"}.

    said: praise, complaint (in the moment that tells the mode; outside moments, in the post), or, of phone, video and
    messages, seen_after_all (a visit in person is told behind it) and not_seen (it is told that there was none).
    """
    told = _told_modes()
    rows = Rows(
        keys=("mode", "said"),
        sql=f"""
SELECT t.post_key, t.account_key, t.mode,
  CASE WHEN c.code LIKE '%:praise' THEN 'praise' ELSE 'complaint' END AS said
FROM ({told}) t JOIN corpus_marks c ON c.post_key = t.post_key AND COALESCE(c.moment, c.post_key) = t.place
WHERE c.layer = 'care' AND (c.code LIKE '%:praise' OR c.code LIKE '%:complaint') AND {asserted("c")}
UNION ALL
SELECT s.post_key, s.account_key, s.mode, CASE s.concept WHEN 'yes' THEN '{SEEN}' ELSE '{NOT_SEEN}' END AS said
FROM ({_slot("seen_after_all")}) s""",  # noqa: S608
    )
    return make_shares(
        ask,
        context,
        "journey.modes",
        rows=rows,
        of_rows=Rows(keys=("mode",), sql=told),
        cells=[
            {"mode": mode, "said": said}
            for mode in MODES
            if mode in context.codes.get("mode", ())
            for said in ("praise", "complaint", SEEN, NOT_SEEN)
            if said in ("praise", "complaint") or mode != MODES[0]
        ],
        what="accounts that tell it, of accounts that tell a visit of this kind",
    )


def mode_reasons(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What calls, videos and messages were about: `journey.mode_reasons`, keys {"mode", "reason"}.

    Accounts whose visit was about the symptom, condition, medicine or procedure, of accounts that tell a visit of this
    kind. A reason is what is named beside the visit; only those of at least 8 accounts are figures.
    """
    rows = Rows(sql=_slot("reason"), keys=("mode", "concept"))
    of_rows = Rows(keys=("mode",), sql=_told_modes())
    counts, of = count_rows(ask, rows, "reasons of modes"), count_rows(ask, of_rows, "modes told")
    return [
        make_share(
            context,
            "journey.mode_reasons",
            {"mode": mode, "reason": reason},
            hits=n,
            of=of[(mode,)],
            hits_rows=rows,
            of_rows=of_rows,
            row_keys={"mode": mode, "concept": reason},
            what="accounts whose visit was about it, of accounts that tell a visit of this kind",
        )
        for (mode, reason), n in counts.items()
        if n.accounts >= FEWEST
    ]


_REFUSED = f"""
SELECT s.post_key, s.account_key, s."group", s.maker
FROM corpus_marks s
WHERE s.layer = 'treatment' AND s.slot = 'status' AND s.code = 'refused' AND {asserted("s")}
  AND s.post_key IN ({experienced()})"""  # noqa: S608


def refusals(ask: Ask, context: MeasureContext) -> list[Figure]:
    """Treatments refused by a professional, and the reason told: `journey.refusals`, keys {"reason"}.

    Of accounts that tell a refusal; `unstated`: no reason is told of one. An account may tell several.
    """
    rows = Rows(
        keys=("reason",),
        sql=f"""
SELECT r.post_key, r.account_key, COALESCE(b.code, '{UNSTATED}') AS reason
FROM ({_REFUSED}) r LEFT JOIN corpus_marks b ON b.post_key = r.post_key AND b."group" = r."group"
  AND b.maker = r.maker AND b.layer = 'treatment' AND b.slot IN ('barrier', 'reason')""",  # noqa: S608
    )
    return make_shares(
        ask,
        context,
        "journey.refusals",
        rows=rows,
        of_rows=Rows(sql=f"SELECT post_key, account_key FROM ({_REFUSED}) r"),  # noqa: S608
        cells=[{"reason": reason} for reason in (*REASONS, UNSTATED)],
        what="accounts that tell this reason, of accounts that tell of a treatment refused",
    )


def professionals(ask: Ask, context: MeasureContext) -> list[Figure]:
    """How many professionals were seen on the way to a diagnosis: `journey.professionals`, keys {"number"}.

    Of accounts that say a number; of several told the largest. The bands add up to all of them.
    """
    told = f"""
SELECT MIN(m.post_key) AS post_key, m.account_key, MAX(m.value) AS seen
FROM corpus_marks m
WHERE m.layer = 'diagnosis' AND m.slot = 'professionals' AND m.value >= 1 AND m.account_key IS NOT NULL
  AND {asserted("m")} AND m.post_key IN ({experienced()})
GROUP BY m.account_key"""  # noqa: S608
    return make_shares(
        ask,
        context,
        "journey.professionals",
        rows=Rows(
            keys=("number",),
            sql=f"SELECT post_key, account_key, {_BAND} AS number FROM ({told}) t",  # noqa: S608
        ),
        of_rows=Rows(sql=f"SELECT post_key, account_key FROM ({told}) t"),  # noqa: S608
        cells=[{"number": band} for band in BANDS],
        what="accounts by the number of professionals they say they saw, of accounts that say a number",
    )


def turning_points(ask: Ask, context: MeasureContext) -> list[Figure]:
    """What is told beside a turning point: `journey.turning_points`, keys {"layer", "code"}.

    Accounts whose post tells an act after which things changed and also the deed or the care, of accounts that tell a
    turning point. Beside is not because.
    """
    turned = f"""
SELECT m.post_key, m.account_key FROM corpus_marks m
WHERE m.layer = 'content' AND m.code = 'turning_point' AND {asserted("m")}"""  # noqa: S608
    layers = ("do", "care")
    rows = Rows(
        keys=("layer", "code"),
        sql=f"""
SELECT t.post_key, t.account_key, m.layer, m.code
FROM ({turned}) t JOIN corpus_marks m ON m.post_key = t.post_key
WHERE m.layer IN {listed(layers)} AND {asserted("m")}""",  # noqa: S608
    )
    deeds = [("do", code) for code in context.codes.get("do", ())]
    praised = [("care", c) for c in context.codes.get("care", ()) if c.endswith(":praise")]
    return make_shares(
        ask,
        context,
        "journey.turning_points",
        rows=rows,
        of_rows=Rows(sql=turned),
        cells=[{"layer": layer, "code": code} for layer, code in (*deeds, *praised)],
        what="accounts that tell it in a post with a turning point, of accounts that tell a turning point",
    )
