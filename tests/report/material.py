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
    for week in range(1, 12):
        for unit in ("posts", "accounts"):
            keys = {"week": f"2026-W{week:02d}", "unit": unit}
            out.append(counted("trends.volume", keys, 40 + week, unit, 40 + week))
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
