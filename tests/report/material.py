"""Invented figures and material for the tests of the report."""

from typing import Any

import msgspec

from bedside.model.figures import Quote
from bedside.model.sources import PRESETS, Source
from bedside.report.figures import Shown
from bedside.report.material import CoverageRow, ImportRow, Material, Study

METHOD = "accounts with the code, of accounts; Wilson 95 % interval, sampling only; machine error not included"
GROUPS = {"before": 300, "searching": 900, "diagnosis": 600, "end": 0}


def figure(measure: str, keys: dict[str, str], **fields: Any) -> Shown:
    """A released figure; its id is made from measure and keys."""
    name = "-".join([measure, *keys.values()]).replace(" ", "_")
    given = {"id": f"ev-{name}", "unit": "accounts", "method": METHOD, **fields}
    return Shown(measure=measure, keys=keys, **given)


def share(measure: str, keys: dict[str, str], hits: int, of: int, **fields: Any) -> Shown:
    """A share with an interval of two standard errors or so."""
    if not of:
        return figure(measure, keys, hits_accounts=0, of_accounts=0, refused="nobody", **fields)
    mid, half = hits / of, 2 * (0.25 / of) ** 0.5
    numbers = {"estimate": mid, "low": max(0.0, mid - half), "high": min(1.0, mid + half)}
    counts = {"hits_accounts": hits, "hits_posts": 2 * hits, "of_accounts": of, "of_posts": 2 * of}
    return figure(measure, keys, **(numbers | counts | fields))


def counted(
    measure: str, keys: dict[str, str], number: int, unit: str, accounts: int | None
) -> Shown:
    """A plain count."""
    return figure(
        measure, keys, unit=unit, estimate=float(number), basis="counted", method="counted", hits_accounts=accounts
    )  # fmt: skip


def all_figures() -> list[Shown]:
    """Every measure that the report can print."""
    flow = {
        "read": 5000,
        "rejected": 20,
        "no_post": 10,
        "tombstoned": 70,
        "kept": 4900,
        "exact": 300,
    }
    flow |= {
        "unique": 4600,
        "other_language": 200,
        "not_relevant": 400,
        "relevant": 4000,
        "no_author": 90,
    }
    out = [counted("inclusion.flow", {"step": k}, v, "posts", None) for k, v in flow.items()]
    out.append(counted("inclusion.flow", {"step": "accounts"}, 1800, "accounts", 1800))
    out += [
        counted("inclusion.sources", {"source": s}, 2000, "posts", 900)
        for s in ("forum", "reviews")
    ]
    out.append(counted("inclusion.languages", {"lang": "en", "read": "yes"}, 4300, "posts", 1800))
    out.append(
        counted(
            "inclusion.place", {"country": "unstated", "basis": "unstated"}, 3100, "posts", 1500
        )
    )
    out.append(
        counted("inclusion.place", {"country": "GB", "basis": "post_text"}, 900, "posts", 300)
    )
    roles = {"patient": 1200, "clinician": 60, "unclear": 540}
    out += [share("roles.share", {"role": k, "of": "accounts"}, v, 1800) for k, v in roles.items()]
    out += [share("journey.stages", {"group": g}, n, 1800) for g, n in GROUPS.items()]
    codes = (
        ("feel", "relief", 0.4),
        ("feel", "hope", 0.1),
        ("do", "searched_online", 0.2),
        ("think", "doubt", 0.0),
    )
    out += [
        share("journey.map", {"group": g, "layer": layer, "code": code}, int(p * n), n)
        for g, n in GROUPS.items()
        for layer, code, p in codes
    ]
    out += [
        share("journey.sources", {"group": g, "code": "doctor"}, 100, 900)
        for g in ("searching", "all")
    ]
    out += [
        share("journey.sources", {"group": g, "code": "leaflet"}, 20, 900)
        for g in ("searching", "all")
    ]
    out += [
        share("journey.first_turned", {"code": c}, n, 200)
        for c, n in (("internet", 110), ("doctor", 40))
    ]
    for condition, months in (("all", 84.0), ("endometriosis", 96.0), ("asthma", 14.0)):
        keys = {"condition": condition, "from": "first_symptoms"}
        ends = {"low": months - 6, "high": months + 6, "hits_accounts": 120, "hits_posts": 130}
        out.append(figure("journey.time_to_diagnosis", keys, estimate=months, **ends))
    care = (("listening", 300, 160), ("waiting", 150, 10), ("cost", 20, 0))
    for aspect, bad, good in care:
        out.append(share("care.aspects", {"aspect": aspect, "valence": "complaint"}, bad, 800))
        out.append(share("care.aspects", {"aspect": aspect, "valence": "praise"}, good, 800))
    out += journey_figures() + trend_figures()
    for week in range(1, 12):
        for unit in ("posts", "accounts"):
            keys = {"week": f"2026-W{week:02d}", "unit": unit}
            out.append(counted("trends.volume", keys, 40 + week, unit, 40 + week))
    return out


def journey_figures() -> list[Shown]:
    """What is told beside the map: visits, curves, what marks a stage."""
    out = []
    for stage in ("first_consultation", "tests_referral"):
        for layer, code, n in (("care", "listening:complaint", 60), ("do", "second_opinion", 12)):
            keys = {"stage": stage, "layer": layer, "code": code}
            out.append(share("journey.consultations", keys, n, 300))
    out += [share("journey.dismissed", {"group": g}, n // 10, n) for g, n in GROUPS.items()]
    out += [
        share("journey.refusals", {"reason": r}, n, 40) for r, n in (("cost", 10), ("unstated", 30))
    ]
    out += [
        share("journey.professionals", {"number": b}, n, 50) for b, n in (("1", 10), ("3-4", 40))
    ]
    out += [
        share("journey.turning_points", {"layer": "do", "code": c}, n, 90)
        for c, n in (("second_opinion", 50), ("prepared", 10))
    ]
    for mode, bad in (("in_person", 40), ("phone", 90)):
        for said, n in (("praise", 60), ("complaint", bad)):
            out.append(share("journey.modes", {"mode": mode, "said": said}, n, 300))
    out.append(share("journey.modes", {"mode": "phone", "said": "seen_after_all"}, 30, 300))
    for group, layer, code, ratio in (
        ("diagnosis", "feel", "relief", 4.2),
        ("searching", "care", "waiting:complaint", 2.1),
    ):
        keys = {"group": group, "layer": layer, "code": code}
        numbers = {"estimate": ratio, "low": ratio - 1, "high": ratio + 1}
        counts = {"hits_accounts": 90, "hits_posts": 99, "of_accounts": 600, "of_posts": 700}
        out.append(figure("journey.distinctive", keys, **numbers, **counts))
    for group in ("all", "searching"):
        out.append(share("journey.burdens", {"group": group, "code": "daily_struggle"}, 90, 900))
        out.append(share("journey.search_worry", {"group": group}, 90, 400))
    out += [
        share("journey.paths", {"step_from": "searching", "step_to": to}, n, 100)
        for to, n in (("diagnosis", 70), ("before", 10))
    ]
    keys = {"source": "search_engine", "layer": "search_worry", "code": "yes"}
    out.append(share("journey.sources_said", keys, 60, 180))
    for after, left in (("12", 60), ("24", 40), ("48", 20)):
        keys = {"condition": "all", "from": "first_symptoms", "months": after}
        out.append(share("journey.waits_ended", keys, left, 120))
        out.append(share("journey.waits_going_on", keys, left, 90))
        out.append(
            share("journey.waits_watched", {"months": after}, left, 150, estimate=left / 100)
        )
    median = {"estimate": 14.0, "low": 11.0, "high": 19.0, "hits_accounts": 150, "of_accounts": 150}
    return [*out, figure("journey.watched_median", {}, **median)]


def trend_figures() -> list[Shown]:
    """What changes over time and what is new."""
    what = {"layer": "care", "code": "access:complaint"}
    out = [share("trends.told", {**what, "period": f"2025-Q{q}"}, 20 + q, 400) for q in range(1, 5)]
    ratio = {"estimate": 1.9, "low": 1.4, "high": 2.6, "hits_accounts": 90, "of_accounts": 60}
    out.append(
        figure("trends.changes", {"about": "care:access:complaint", "period": "2025-Q3"}, **ratio)
    )
    out.append(figure("trends.recent", {"about": "volume"}, estimate=0.12, hits_accounts=90))
    out.append(share("trends.bursts", {**what, "first": "2025-Q3", "last": "2025-Q3"}, 90, 400))
    alarm = {"about": "volume", "week": "2026-W11", "method": "C1 C2"}
    out.append(counted("trends.alarms", alarm, 80, "accounts", 80))
    out += [
        share("trends.weekdays", {"weekday": day}, n, 4000, unit="posts", basis="counted")
        for day, n in (("monday", 900), ("sunday", 300))
    ]
    out.append(share("trends.hashtags", {"tag": "endo"}, 90, 1800, basis="counted"))
    named = {"kind": "drug", "what": "semaglutide"}
    out.append(counted("trends.came_up", {**named, "month": "2026-02"}, 12, "accounts", 12))
    out.append(counted("trends.new", named, 12, "accounts", 12))
    out += [share("trends.since", {**what, "side": side}, 40, 300) for side in ("before", "since")]
    return out


def material(figures: list[Shown] | None = None, **fields: Any) -> Material:
    """A whole report's material."""
    study = Study(
        title="Two conditions",
        question="What do people tell?",
        conditions=("endometriosis", "asthma"),
        query_words="posts that name either",
        query_text="endometriosis OR asthma",
        codebook="c0deb00c",
        snapshot="s-1",
        snapshot_date="2026-11-02",
        period=("2026-01-01", "2026-03-15"),
    )
    given: dict[str, Any] = {
        "study": study,
        "sources": [Source(name="forum", access_basis="open_licence", quotes="paraphrase"),
                    msgspec.convert({"name": "reviews", **PRESETS["simulated"]}, Source)],
        "figures": all_figures() if figures is None else figures,
        "quotes": [Quote(kind="wording", text="all in my head", about="care", accounts=20, evidence_id="ev-q")],
        "imports": [ImportRow(source="forum", format="nodebb", verified=False, file="own/name.json", read=5000, kept=4900,
                              tombstoned=70, rejected=20, no_post=10, notes=("times are read as UTC",))],
        "coverage": [CoverageRow(layer="feel", done=3900, refused_length=100)],
        "bedside_version": "9.9",
        "makers": ("context 1",),
        "run_date": "2026-11-03",
    }  # fmt: skip
    return Material(**(given | fields))
