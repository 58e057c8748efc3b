"""What the chapters on exchange and on online for offline say, and what they must not say."""

from typing import Any

import msgspec
from lxml import html

from bedside.report.chapters.exchange import exchange, exchange_finding
from bedside.report.chapters.offline import offline, offline_finding
from bedside.report.figures import Shown
from bedside.report.markup import tag
from bedside.report.page import Chapter, Desk, desk
from tests.report.material import figure, material, share

OUTCOMES = ("settled", "sent", "open", "unsafe", "unanswered", "no_word")


def body(part: Chapter | None) -> str:
    assert part is not None
    said: str = html.fromstring(tag("div", part.body)).text_content()
    return said.replace("\u2060", "").replace("\u202f", " ")


def ended(of: int, about: str = "all", what: str = "all", **hits: int) -> list[Shown]:
    """Outcomes of so many exchanges; those not named never happened."""
    keys = {"about": about, "what": what}
    return [
        share(
            "exchange.outcome",
            {**keys, "outcome": name},
            hits.get(name, 0),
            of,
            unit="posts",
            of_posts=of,
        )
        for name in OUTCOMES
    ]


def laid(*figures: Shown) -> Desk:
    return desk(material(list(figures)))


def answered(who: str, hits: dict[str, int], of: int, level: str = "roles") -> list[Shown]:
    return [
        share(
            "exchange.mixing",
            {"answers": who, "answered": to, "level": level},
            n,
            of,
            unit="posts",
            of_posts=of,
        )
        for to, n in hits.items()
    ]


def test_without_a_professional_the_chapter_says_so_and_concludes_nothing() -> None:
    said = body(offline(laid(*ended(0))))
    assert "No exchange with a health professional was found" in said
    assert "Nothing can be said of when online can stand in for offline here" in said


def test_how_who_talks_to_whom_is_a_matrix_and_hidden_cells_stay_hidden() -> None:
    told = {"question": 10, "answer": 160, "correction": 30, "comfort": 60, "thanks": 0}
    figures = [
        share("exchange.ways", {"answers": "clinician", "answered": "patient", "how": how}, n, 200, unit="posts", of_posts=200)
        for how, n in told.items()
    ]  # fmt: skip
    hidden = share("exchange.ways", {"answers": "patient", "answered": "clinician", "how": "thanks"}, 3, 20, suppressed=True)  # fmt: skip
    said = body(exchange(laid(*answered("clinician", {"patient": 200}, 200), *figures, hidden)))
    assert (
        "Of replies by clinicians to patients, 80 % give information or advice, 30 % comfort, and 15 % correct a claim"
        in said
    )
    assert "Clinicians to patients, n" in said
    assert "Patients to clinicians" not in said.split("as a table")[0]


def test_hidden_exchanges_are_not_said_to_be_none() -> None:
    ends = [share(f.measure, f.keys, 3, 5, suppressed=True) for f in ended(5)]
    said = body(offline(laid(*ends)))
    assert "were found, but how they ended cannot be shown" in said and "No exchange" not in said
    mixed = [share(f.measure, f.keys, 3, 5, suppressed=True) for f in answered("clinician", {"patient": 3}, 5)]  # fmt: skip
    said = body(exchange(laid(*mixed)))
    assert "too few do" in said and "Nobody" not in said


def test_silence_is_not_satisfaction() -> None:
    said = body(offline(laid(*ended(300, no_word=200, sent=100))))
    assert "in none the asker says that it was settled" in said
    assert "silence is not satisfaction" in said
    assert "stood in for one" not in said


def test_posts_without_authors_cannot_be_found_settled_and_it_is_said() -> None:
    nameless = [msgspec.structs.replace(f, hits_accounts=0, of_accounts=0) for f in ended(300, sent=100, no_word=200)]  # fmt: skip
    said = body(offline(laid(*nameless)))
    assert "300 exchanges with a professional were found. Their posts name no author" in said
    assert "cannot say when online stood in for offline" in said


def test_a_hidden_number_of_settled_exchanges_shows_nothing() -> None:
    figures = ended(300, no_word=195, sent=100, settled=5)
    hidden = [f if f.keys["outcome"] != "settled" else share(f.measure, f.keys, 5, 300, suppressed=True) for f in figures]  # fmt: skip
    said = body(offline(laid(*hidden)))
    assert "too few ended with the asker saying that it was settled" in said


def test_more_sent_than_settled_is_said_only_where_the_intervals_lie_apart() -> None:
    said = body(offline(laid(*ended(400, settled=40, sent=200, no_word=160))))
    assert "Here an answer online more often led to a visit than stood in for one" in said
    said = body(offline(laid(*ended(400, settled=90, sent=100, no_word=210))))
    assert "which of the two is commoner cannot be told" in said
    said = body(offline(laid(*ended(400, settled=200, sent=20, no_word=180))))
    assert "more often stood in for a visit than led to one" in said


def test_when_and_how_names_only_what_can_be_told_apart() -> None:
    acts = [
        *ended(200, "act", "reassurance", settled=120, no_word=80),
        *ended(200, "act", "asks_back", settled=20, no_word=180),
        *ended(200, "act", "referral", sent=200),
    ]
    said = body(offline(laid(*ended(600, settled=140, sent=200, no_word=260), *acts)))
    assert (
        "Exchanges with reassurance end settled more often than exchanges with a question back: 60 %"
        in said
    )
    assert "a referral end" not in said, "an exchange with a referral is sent by definition"
    close = [
        *ended(50, "topic", "drug", settled=12, no_word=38),
        *ended(50, "topic", "symptom", settled=10, no_word=40),
    ]
    said = body(offline(laid(*ended(100, settled=22, no_word=78), *close)))
    assert "these posts do not say when or how online can stand in for offline" in said


def test_unsafe_is_never_said_of_answers_that_no_clinician_judged() -> None:
    said = body(offline(laid(*ended(300, settled=100, no_word=200))))
    assert "nothing is said here of how safe the answers are" in said
    said = body(offline(laid(*ended(300, settled=100, unsafe=20, no_word=180))))
    assert "Judged unsafe by a clinician" in said
    assert "how many others are is not known" in said


def test_those_who_were_sent_to_whom_they_had_seen_are_told() -> None:
    again = share("exchange.sent_again", {}, 60, 100, unit="posts", of_posts=100)
    said = body(offline(laid(*ended(300, sent=100, settled=50, no_word=150), again)))
    assert "Of 100 that ended with being sent to a professional, 60 %" in said


def test_the_commonest_end_is_no_headline_where_two_cannot_be_told_apart() -> None:
    found = offline_finding(laid(*ended(300, sent=80, settled=75, no_word=145)))
    assert found is not None and not found.clear
    assert offline_finding(laid(*ended(300, no_word=300))) is None


def test_where_nobody_answers_anybody_it_is_said() -> None:
    said = body(exchange(laid(*answered("patient", {"patient": 0}, 0))))
    assert "Nobody answers anybody here" in said
    assert exchange(laid()) is None


def test_whom_professionals_answer_is_said_with_its_n_and_ties_are_named_by_definition() -> None:
    rows = [
        *answered("clinician", {"patient": 300, "family_or_carer": 60, "clinician": 40}, 400),
        *answered("patient", {"patient": 700, "family_or_carer": 100, "clinician": 200}, 1000),
        *answered(
            "gp", {"patient": 90, "family_or_carer": 10, "clinician": 0}, 100, "kind_answers"
        ),
    ]
    numbers: dict[str, Any] = {"hits_accounts": 90, "of_accounts": 400, "unit": "accounts"}
    ties = figure(
        "exchange.reciprocity", {"of": "ties"}, estimate=0.4, low=0.3, high=0.5, **numbers
    )
    pairs = figure(
        "exchange.reciprocity", {"of": "pairs"}, estimate=0.25, low=0.2, high=0.3, **numbers
    )
    keep = figure("exchange.assortativity", {}, estimate=-0.1, low=-0.2, high=-0.05, **numbers)
    held = laid(*rows, ties, pairs, keep)
    said = body(exchange(held))
    assert "Of 400 replies by health professionals to others' posts in these sources, 75 %" in said
    assert "25 % (20–30) answered each other; counted by ties" in said
    assert (
        "accounts answer other kinds more than by chance (assortativity −0.10 (−0.20–−0.05)" in said
    )
    assert "never an account: nobody is named, ranked or scored" in said
    found = exchange_finding(held)
    assert found is not None
    assert found.lead == "Health professionals answer patients more often than anyone else"


def test_an_interval_around_chance_is_no_preference() -> None:
    keep = figure(
        "exchange.assortativity", {}, estimate=0.02, low=-0.03, high=0.07, hits_accounts=90
    )
    said = body(exchange(laid(*answered("patient", {"patient": 50}, 100), keep)))
    assert "whether accounts seek their own kind or others cannot be told" in said


def test_corrections_are_told_with_their_parts_and_profiles_carry_no_score() -> None:
    acts = [
        share("exchange.acts", {"where": where, "act": act}, n, 200, unit="posts", of_posts=200)
        for where in ("replies", "own")
        for act, n in (("correction", 30), ("referral", 90))
    ]
    part = share(
        "exchange.correction_parts", {"act": "part:warns"}, 20, 60, unit="posts", of_posts=60
    )
    keys = {"who": "clinician", "level": "role"}
    topic = share("exchange.topics", {**keys, "topic": "drug"}, 90, 300, unit="posts", of_posts=300)
    given = share("exchange.answered", keys, 30, 60, unit="posts", of_posts=60)
    said = body(
        exchange(laid(*answered("clinician", {"patient": 90}, 100), *acts, part, topic, given))
    )
    assert "15 % of professionals' replies correct something" in said
    assert "Of 60 corrections by professionals, 33 %" in said
    assert "Profiles of kinds, not a score" in said
