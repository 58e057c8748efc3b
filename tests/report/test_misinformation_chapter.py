"""The chapter of claims: sentences that the figures decide, no verdict of ours, before and after and never effect."""

import re
from datetime import date
from typing import Any

import msgspec
import pytest

from bedside.model.interventions import Intervention
from bedside.report.chapters.misinformation import misinformation
from bedside.report.figures import Shown
from bedside.report.material import ClaimNote, Material
from bedside.report.page import desk
from tests.report.material import counted, figure, share
from tests.report.material import material as base

CLAIMS = {
    "honey": ("Honey mends bones", "false"),
    "tea": ("Tea replaces insulin", "misleading"),
    "walks": ("Walking helps sleep", "true"),
}
STANCES = {
    "honey": {"repeats": 40, "questions": 110, "corrects": 30},
    "tea": {"repeats": 60, "questions": 12, "corrects": 10},
    "walks": {"repeats": 30, "questions": 25, "corrects": 0},
}
NOTED = [
    ClaimNote(
        id=claim, name=name.lower(), statement=f"{name}.", verdict=verdict, fact=f"What holds of {claim}.", sources=["Review board, A review (2024)"], date="2026-03-01"
    )
    for claim, (name, verdict) in CLAIMS.items()
]  # fmt: skip
LOG = (
    Intervention(id="i1", on=date(2025, 9, 1), what="A film by a nurse.", by="Press office", about="honey", noted=date(2025, 9, 1)),
    Intervention(id="i2", on=date(2025, 6, 2), what="Replies.", by="Digital team", about="tea", where="video", noted=date(2026, 1, 9)),
)  # fmt: skip


def claims_figures() -> list[Shown]:
    """Every measure of the chapter, numbers invented."""
    out = [counted("inclusion.flow", {"step": "relevant"}, 4000, "posts", 1800)]
    whole = {"any": {"repeats": 130, "questions": 140, "corrects": 40}, **STANCES}
    for claim, said in whole.items():
        of = 320 if claim == "any" else 160
        for stance, n in said.items():
            out.append(share("misinformation.stances", {"claim": claim, "stance": stance}, n, of))
        for platform, of_all in (("forum", 0.2), ("video", 0.8)):
            n = int(of_all * said["repeats"])
            out.append(share("misinformation.platforms", {"claim": claim, "platform": platform}, n, said["repeats"]))  # fmt: skip
        for answer, n in (("any", 60), ("corrected", 12), ("corrected_by_professional", 0), ("repeated", 20)):  # fmt: skip
            out.append(share("misinformation.answered", {"claim": claim, "answer": answer}, n, 130, unit="posts"))  # fmt: skip
        for part in ("starts", "carries", "questions", "corrects"):
            for role, n in (("patient", 60), ("clinician", 0), ("unclear", 20)):
                out.append(share("misinformation.parts_taken", {"claim": claim, "part": part, "role": role}, n, 80))  # fmt: skip
    return out + spread_figures() + answer_figures() + followed_figures() + void_figures()


def spread_figures() -> list[Shown]:
    out = []
    for month in range(1, 10):
        for stance in ("repeats", "corrects"):
            keys = {"claim": "tea", "stance": stance, "period": f"2025-{month:02}"}
            out.append(share("misinformation.over_time", keys, 10 + month, 200))
    for platform in ("forum", "video"):
        for shape, value in (("size", 4.0), ("depth", 1.5), ("breadth", 3.0), ("virality", 1.6)):
            keys = {"claim": "any", "platform": platform, "shape": shape}
            out.append(figure("misinformation.cascades", keys, unit="posts", estimate=value, low=1.0, high=6.0, hits_accounts=40, hits_posts=50))  # fmt: skip
    out.append(share("misinformation.stars", {"platform": "video"}, 200, 200, low=0.97, high=1.0))
    out.append(share("misinformation.stars", {"platform": "forum"}, 120, 200))
    for shape, value in (("depth", 0.1), ("breadth", -0.2), ("virality", 0.05)):
        out.append(figure("misinformation.matched", {"shape": shape, "against": "true"}, estimate=value, low=value - 0.4, high=value + 0.4, hits_accounts=90, of_accounts=80))  # fmt: skip
    return out


def answer_figures() -> list[Shown]:
    out = []
    for part, n in (("states_fact", 38), ("warns", 30), ("explains_fallacy", 8), ("repeats_fact", 20)):  # fmt: skip
        out.append(share("misinformation.correction_parts", {"claim": "any", "part": part}, n, 45, unit="posts"))  # fmt: skip
    for by in ("professionals", "others"):
        for answer, n in (("any", 20), ("repeats", 9)):
            out.append(share("misinformation.after_corrections", {"by_whom": by, "answer": answer}, n, 45, unit="posts"))  # fmt: skip
    for stance, value in (("repeats", 1200.0), ("corrects", 340.0)):
        keys = {"claim": "any", "platform": "video", "metric": "views", "stance": stance}
        out.append(figure("misinformation.reach", keys, unit="posts", estimate=value, low=value / 2, high=2 * value, hits_accounts=40, hits_posts=60))  # fmt: skip
    return out


def followed_figures() -> list[Shown]:
    counts = {"hits_accounts": 40, "hits_posts": 45, "of_accounts": 90, "of_posts": 95}
    keys = {"claim": "honey", "event": "i1", "on": "2025-09-01"}
    return [
        figure("misinformation.follows", keys | {"compared": "none"}, estimate=0.61, low=0.45, high=0.83, **counts),
        figure("misinformation.follows", keys | {"compared": "other_claims"}, estimate=0.8, low=0.55, high=1.2, **counts),
        figure("misinformation.follows", {"claim": "tea", "event": "i2", "on": "2025-06-02", "compared": "other_platforms"}, refused="4 periods before", **counts),
        figure("misinformation.follows", {"claim": "tea", "event": "corrections", "on": "2025-03-03", "compared": "none"}, suppressed=True),
    ]  # fmt: skip


def void_figures() -> list[Shown]:
    out = []
    for what, n, grows in (("hair loss", 60, True), ("dizziness", 20, False)):
        keys = {"kind": "symptom", "what": what}
        out.append(share("misinformation.voids", keys, n, 100))
        method = "growing; log ratio" if grows else "not shown to grow; log ratio"
        out.append(figure("misinformation.void_growth", keys, estimate=2.0, low=1.3 if grows else 0.7, high=3.4, hits_accounts=30, of_accounts=15, method=method))  # fmt: skip
    return out


def material(**changes: Any) -> Material:
    given = {"figures": claims_figures(), "claims": NOTED, "interventions": LOG}
    return msgspec.structs.replace(base(), **given | changes)


def told(**changes: Any) -> str:
    """The chapter as text."""
    chapter = misinformation(desk(material(**changes)))
    assert chapter is not None
    bare = re.sub(r"<(svg|style).*?</\1>", "", chapter.body, flags=re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", bare).replace("\u2060", "").replace("\u202f", " ")
    return re.sub(r"\s+", " ", plain)


def test_a_claim_is_said_to_be_questioned_more_only_where_intervals_part() -> None:
    text = told()
    assert "Of 160 accounts that word or answer “honey mends bones”, 69 % (61–77) ask whether it is so and 25 % (17–33) repeat it." in text  # fmt: skip
    assert "Of 3 claims 1 is repeated more than questioned or corrected, and 1 is questioned or corrected more than repeated; of 1 it cannot be told" in text  # fmt: skip


def test_verdicts_are_those_of_sources_with_their_day_and_none_is_ours() -> None:
    text = told()
    assert (
        "misleading What holds of tea. Review board, A review (2024) (checked 1 March 2026)" in text
    )
    assert "bedside does not say of any post whether it is true" in text


def test_what_followed_is_before_and_after_and_never_an_effect() -> None:
    text = told()
    assert "2 interventions are logged. Of 4 comparisons 2 could be measured: in 1 the claim was told less afterwards and in 1 no change can be told." in text  # fmt: skip
    assert "A film by a nurse. (i1, 1 September 2025) itself before 0.61 (0.45–0.83)" in text
    assert "entered 221 days later" in text
    assert "no number: 4 periods before" in text
    assert "effect" not in text.lower()


def test_what_answers_a_correction_is_told_by_who_corrects() -> None:
    text = told()
    assert "by professionals 90 44 % (30–59) 20 % (5–35) – by others 90" in text
    assert "was not drawn by lot" in text


def test_a_platform_of_stars_is_said_to_be_one() -> None:
    text = told()
    assert "On video cascades are stars" in text
    assert "cascades of untrue and of true claims cannot be told apart: depth +0.10" in text


def test_advice_says_who_where_and_with_what_for_untrue_claims_only() -> None:
    text = told()
    advice = text[text.index("Who could answer") :]
    assert "honey mends bones. More ask than assert it: answer the questions. Where: on video, where 80 %" in advice  # fmt: skip
    assert "Who: none of 80 accounts that correct it is a health professional’s" in advice
    assert "With: What holds of honey." in advice
    assert "walking helps sleep." not in advice.split("Questions without reply")[0]
    assert "Mind what most corrections lack: explains the fallacy" in advice


@pytest.mark.parametrize(
    ("corrects", "hidden", "words"),
    [
        (20, False, "20 accounts correct it; a health professional could join them"),
        (3, True, "cannot be shown"),
        (0, False, "nobody is seen to correct it"),
    ],
)
def test_advice_never_says_nobody_where_somebody_corrects(
    corrects: int, hidden: bool, words: str
) -> None:
    """Where the roles of those who correct a claim may not be told, whether anybody does is."""
    keys = {"claim": "tea", "stance": "corrects"}
    figures = [f for f in claims_figures() if f.measure != "misinformation.parts_taken" and not keys.items() <= f.keys.items()]  # fmt: skip
    figures.append(share("misinformation.stances", keys, corrects, 170, suppressed=hidden))
    text = told(figures=figures)
    tea = text[text.index("Who could answer") :].split("tea replaces insulin.")[1].split("With:")[0]
    assert words in tea


def test_voids_are_ranked_and_no_reply_is_called_bad() -> None:
    text = told()
    assert "Most accounts without a reply asked about hair loss: 60 of 100 that asked" in text
    assert "1 of 2 topics grow." in text
    assert "2.0 (1.3–3.4), growing" in text
    assert "good answer" not in text


def test_a_claim_found_in_most_posts_is_not_relied_on() -> None:
    keys = {"claim": "honey", "stance": "repeats"}
    wide = share("misinformation.stances", keys, 1700, 1800, of_posts=3900)
    assert "is found in 98 % of all posts: unless the study asks for just that" in told(figures=[wide, *claims_figures()])  # fmt: skip


def test_suppressed_numbers_are_nowhere_in_the_chapter() -> None:
    hidden = [
        msgspec.structs.replace(f, suppressed=True, estimate=7.77, low=7.7, high=7.8)
        for f in claims_figures()
    ]
    text = told(figures=hidden)
    assert "7.7" not in text and "777" not in text


def test_no_claims_and_no_voids_make_no_chapter() -> None:
    assert misinformation(desk(material(figures=[]))) is None
    assert "Questions without reply" in told(figures=void_figures())
