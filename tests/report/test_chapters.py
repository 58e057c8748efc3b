"""What each chapter says, and what it must not say."""

from itertools import pairwise

import msgspec
from lxml import html

from bedside.model.figures import Judging, Quote
from bedside.model.sources import Source
from bedside.release.records import ReleasedFigure
from bedside.report.chapters.back import back
from bedside.report.chapters.before_doctor import before_doctor
from bedside.report.chapters.care import care, complaint_finding
from bedside.report.chapters.inclusion import inclusion
from bedside.report.chapters.journey import journey, journey_finding
from bedside.report.chapters.judged import judged
from bedside.report.chapters.limits import limits, sample_sentence
from bedside.report.chapters.one_page import findings, nothing_found, one_page
from bedside.report.chapters.trends import trends
from bedside.report.chapters.voices import voices
from bedside.report.chapters.wait import wait
from bedside.report.coreq import coreq_items
from bedside.report.document import render
from bedside.report.figures import Shown
from bedside.report.markup import tag
from bedside.report.material import AgreedRow, ImportRow, Material
from bedside.report.page import Chapter, desk, evidence_line
from tests.report.material import all_figures, counted, figure, material, share


def _text(part: Chapter | None) -> str:
    assert part is not None
    said: str = html.fromstring(tag("div", part.body)).text_content()
    return said.replace("\u2060", "").replace("\u202f", " ")


def test_the_flow_says_what_was_left_out_and_why() -> None:
    said = _text(inclusion(desk(material())))
    assert "We read 5,000 records, kept 4,900 posts" in said
    assert "20 could not be read · 10 held no post · 70 deleted by their authors or removed" in said
    assert "from 1,800 accounts (90 posts without a known author)" in said
    assert "82 % of 4,900 posts kept are unique and bear on the question" in said


def test_a_mapping_that_nobody_tried_on_a_real_file_is_named() -> None:
    said = _text(inclusion(desk(material())))
    assert "Mapping not verified on a real file: nodebb" in said
    assert "times are read as UTC" in said


def test_names_of_files_are_never_printed() -> None:
    assert "own/name.json" not in render(material())


def test_a_file_of_few_records_shows_no_numbers() -> None:
    few = ImportRow(source="own", format="csv", verified=True, read=41, kept=5, rejected=36)
    said = _text(inclusion(desk(material(imports=[few]))))
    assert "41" not in said and "36" not in said


def test_an_unjudged_query_has_no_known_precision() -> None:
    assert "precision and recall are unknown" in _text(inclusion(desk(material())))
    assert "precision and recall are unknown" in _text(inclusion(desk(material(judged=300))))
    told = msgspec.structs.replace(material().study, query_measured="It takes 80 % of them.")
    assert "It takes 80 % of them." in _text(
        inclusion(desk(msgspec.structs.replace(material(), study=told)))
    )
    assert "unknown" not in _text(inclusion(desk(msgspec.structs.replace(material(), study=told))))


def test_a_source_behind_a_login_without_consent_is_said_to_be_closed() -> None:
    closed = Source(name="clinic-chat", access_basis="platform_terms", login_needed=True)
    laid = desk(material(sources=[closed]))
    assert "Clinic-chat stays closed" in _text(limits(laid, []))
    assert "log-in needed, no consent recorded" in _text(inclusion(laid))


def test_waits_are_listed_by_name_and_never_by_length() -> None:
    part = wait(desk(material()))
    assert part is not None
    labels = html.fromstring(tag("div", part.body)).xpath(
        "//figure[@id='fig-wait']//tbody/tr/th/text()"
    )
    assert labels == [
        f"{name}, from first symptoms" for name in ("all conditions", "asthma", "endometriosis")
    ]


def test_a_wait_stands_beside_the_warning_that_long_waits_are_told() -> None:
    said = _text(wait(desk(material())))
    assert "half waited 7 years (6.5–7.5) or longer" in said
    assert (
        "Long waits are likelier to be told. Waits still going on are not in these numbers" in said
    )
    assert "No average for a population" in said


def test_a_refused_wait_is_not_drawn_and_not_starred() -> None:
    keys = {"condition": "all", "from": "unstated"}
    said = _text(
        wait(
            desk(
                material(
                    [figure("journey.time_to_diagnosis", keys, hits_accounts=0, refused="too few")]
                )
            )
        )
    )
    assert said == "No wait may be shown: too few accounts tell one."


def test_complaints_and_praise_are_said_of_the_same_accounts() -> None:
    said = _text(care(desk(material())))
    assert (
        "Of 800 accounts in these sources that tell of their care, 38 % (34–41) complain of not being listened to or believed."
        in said
    )
    assert "Of the same accounts, 20 % (16–24) praise being listened to and believed." in said


def test_the_leading_feeling_is_that_of_diagnosis_where_it_may_be_shown() -> None:
    found = journey_finding(desk(material()))
    assert (
        found is not None
        and found.lead == "At diagnosis, more accounts tell relief than any other feeling"
    )
    hidden = [
        msgspec.structs.replace(f, suppressed=True) if f.keys.get("group") == "diagnosis" else f
        for f in all_figures()
    ]
    found = journey_finding(desk(material(hidden)))
    assert found is not None and found.lead.startswith("While searching")


def test_stages_stand_in_the_order_of_the_journey() -> None:
    part = journey(desk(material(list(reversed(all_figures())))))
    assert part is not None
    heads = html.fromstring(tag("div", part.body)).xpath(
        "(//table[@class='map'])[1]/thead/tr/th/text()"
    )
    assert heads == ["code", "before", "searching", "diagnosis", "end"]


def test_sources_of_information_are_a_table_with_a_column_for_each_stage() -> None:
    said = _text(before_doctor(desk(material())))
    assert "More accounts began with the internet than with anyone else" in said
    assert "More accounts name a doctor than any other source" in said


def test_unreadable_weeks_make_no_chart() -> None:
    assert (
        trends(
            desk(
                material([figure("trends.volume", {"week": "soon", "unit": "posts"}, estimate=9.0)])
            )
        )
        is None
    )


def test_the_busiest_week_is_named_by_its_monday() -> None:
    assert "51 in the busiest, from 9 March 2026" in _text(trends(desk(material())))


def test_a_wording_of_few_accounts_is_not_printed() -> None:
    few = Quote(kind="wording", text="so few said this", about="care", accounts=7)
    assert voices(desk(material(quotes=[few]))) is None
    unknown = Quote(kind="wording", text="nobody counted this", about="care")
    assert voices(desk(material(quotes=[unknown]))) is None


def test_voices_are_said_to_be_missing_while_they_are() -> None:
    assert "Voices are missing here" in _text(voices(desk(material())))
    told = Quote(kind="paraphrase", text="She asked and was heard.", about="care.listening")
    assert "Voices are missing" not in _text(voices(desk(material(quotes=[told]))))


def test_quotes_of_an_unknown_kind_stay_inside() -> None:
    odd = Quote(kind="draft", text="not gated yet", about="care")
    assert "not gated yet" not in render(material(quotes=[odd]))


def test_the_headline_is_the_first_finding_that_can_name_what_leads() -> None:
    laid = desk(material())
    found = findings(laid)
    assert [f.anchor for f in found][:3] == ["care", "journey-wait", "journey"]
    assert found[0].lead in one_page(laid, found)
    level = [share("care.aspects", {"aspect": a, "valence": "complaint"}, 90, 800) for a in "abcd"]
    tied = desk(material([*level, *(f for f in all_figures() if f.measure != "care.aspects")]))
    head = html.fromstring(one_page(tied, findings(tied))).xpath("//h1/text()")[0]
    assert head.startswith("Half of 120 accounts")


def test_no_action_is_invented() -> None:
    assert "None is recorded yet. This report proposes none" in render(material())


def test_the_sample_is_drawn_from_all_relevant_posts() -> None:
    laid = desk(material())
    found = complaint_finding(laid)
    assert found is not None
    assert (
        sample_sentence(laid, found.figure)
        == "120 accounts drawn at random from the 1,800 relevant ones"
    )
    of_posts = share("codes.share", {"layer": "feel", "code": "relief"}, 300, 1800, unit="posts")
    assert sample_sentence(laid, of_posts).endswith(
        "posts drawn at random from the 4,000 relevant ones"
    )
    rare = share("care.aspects", {"aspect": "cost", "valence": "complaint"}, 8, 800, hits_posts=8)
    assert sample_sentence(laid, rare).startswith("all 1,800 relevant accounts")
    cell = share("journey.map", {"group": "before", "layer": "feel", "code": "hope"}, 90, 800)
    assert sample_sentence(laid, cell) == ""  # codes of one moment are not judged one by one
    judged = msgspec.structs.replace(found.figure, basis="judged")
    assert sample_sentence(laid, judged) == ""


def test_all_32_items_of_coreq_are_answered() -> None:
    for whole in (material(), Material(study=material().study)):
        items = coreq_items(desk(whole))
        assert [item.number for item in items] == list(range(1, 33))
        assert all(item.answer.strip().endswith(".") for item in items)
        assert all(a.topic != b.topic for a, b in pairwise(items))


def test_what_has_no_figures_is_said_not_to_be_there_yet() -> None:
    said = _text(limits(desk(material()), []))
    assert "Not in this report, since nothing was found to count:" in said and "harms" in said
    assert "where people turned first" not in said


def test_a_judged_figure_is_drawn_filled_and_badged_with_its_n() -> None:
    told: list[Shown] = [
        share(
            "care.aspects",
            {"aspect": a, "valence": "complaint"},
            n,
            400,
            basis="judged",
            judging=judging(aspect=a, positives=n),
            advice="about 300 more judged accounts would narrow it",
        )
        for a, n in (("listening", 200), ("cost", 20))
    ]
    page = render(material(told, judged=412, coders=2))
    assert "judged, n = 412" in page and "machine count, not checked" not in page
    assert 'class="pt"' in page and 'class="po"' not in page


def judging(aspect: str, positives: int | None) -> Judging:
    return Judging(
        sample="round-1",
        layer="care",
        codes=(f"{aspect}:complaint",),
        estimator="prediction-powered",
        judged=412,
        positives=positives,
        accounts=400,
        machine=0.9,
    )


def test_judged_shares_stand_beside_what_the_machine_alone_says() -> None:
    keys = {"layer": "feel", "code": "relief"}
    told = share(
        "codes.share",
        keys,
        200,
        400,
        basis="judged",
        judging=judging("cost", None),
        advice="more helps",
    )
    page = render(material([told], judged=412, coders=2))
    assert "What people judged" in page and "1 share rests on what people judged" in page
    assert "outside the interval of 1 of them" in page
    for words in ("prediction-powered", "more helps", "412", "few"):
        assert words in page
    assert "What people judged" not in render(material())


def test_differences_that_stand_out_come_first_with_how_many_were_looked_at() -> None:
    told = [
        share(
            "codes.share",
            {"layer": "feel", "code": "relief"},
            200,
            400,
            basis="judged",
            judging=judging("cost", 9),
        )
    ]
    for platform, p in (("blog", 0.4), ("reddit", 0.0001)):
        contrast = msgspec.structs.replace(judging("cost", 9), adjusted_p=p, comparisons=2)
        keys = {"layer": "feel", "code": "relief", "platform": platform}
        told.append(
            share(
                "codes.difference", keys, 100, 400, basis="judged", judging=contrast, estimate=-0.12
            )
        )
    page = render(material(told, judged=412, coders=2))
    assert "Of 2 comparisons 1 stand out" in page and "-12.0" in page and "&lt; 0.001" in page
    assert page.index("relief · reddit") < page.index("relief · blog")
    assert "1 share rests on what people judged" in page  # differences are no shares


def test_the_evidence_line_of_a_judged_figure_names_sample_machine_and_advice() -> None:
    told = share(
        "codes.share",
        {"code": "relief"},
        200,
        400,
        basis="judged",
        judging=judging("cost", 200),
        advice="more helps",
    )
    line = evidence_line([told], "c0de", small=8)
    for words in (
        "judged, n = 412",
        "200 of 412",
        "sample round-1",
        "the machine alone says",
        "more helps",
    ):
        assert words in line


def test_figures_are_taken_as_the_release_hands_them_over() -> None:
    plain = {f.id: msgspec.structs.asdict(f) for f in all_figures()}
    names = ReleasedFigure.__struct_fields__
    given = [
        ReleasedFigure(**{k: v for k, v in fields.items() if k in names})
        for fields in plain.values()
    ]
    assert render(msgspec.structs.replace(material(), figures=given)) == render(material())


def test_a_column_whose_cells_are_all_hidden_keeps_the_n_of_its_stage() -> None:
    hidden = [
        msgspec.structs.replace(f, suppressed=True)
        if f.measure == "journey.map" and f.keys["group"] == "before"
        else f
        for f in all_figures()
    ]
    part = journey(desk(material(hidden)))
    assert part is not None
    assert "before<span>n = 300</span>" in part.body


def test_a_column_says_when_its_cells_rest_on_different_numbers() -> None:
    cells = [
        share("journey.map", {"group": "before", "layer": layer, "code": layer}, 50, of)
        for layer, of in (("feel", 200), ("do", 180))
    ]
    part = journey(desk(material(cells)))
    assert part is not None and "n = 180–200" in part.body


def test_rounded_counts_are_said_to_be_rounded() -> None:
    assert "rounded to the nearest 5" in render(material(round_to=5))
    assert "rounded" not in render(material())


def test_the_community_is_told_what_leads_and_how_to_leave() -> None:
    laid = desk(material())
    said = _text(back(laid, findings(laid)))
    assert (
        "Of what went wrong in care you told most often of not being listened to or believed."
        in said
    )
    assert "nobody has checked yet how often it is wrong" in said
    assert "write to those who run this study" in said
    level = [share("care.aspects", {"aspect": a, "valence": "complaint"}, 90, 800) for a in "abcd"]
    tied = desk(material(level))
    assert "no one of them stands out" in _text(back(tied, findings(tied)))
    assert "too little on any one thing" in _text(back(desk(material([])), []))


def test_a_basis_that_is_not_known_is_named_as_it_is() -> None:
    odd = [
        share("care.aspects", {"aspect": a, "valence": "complaint"}, n, 400, basis="read_in_full")
        for a, n in (("listening", 200), ("cost", 20))
    ]
    assert "read in full" in _text(care(desk(material(odd))))


def test_every_source_says_whom_it_leaves_out_and_whether_somebody_wrote_that_for_it() -> None:
    page = render(material())
    assert "no people: what is common here is what the program was told to write" in page
    assert page.count("nobody has written it for this source") == 1


def test_agreement_stands_in_the_report_and_in_its_coreq_list() -> None:
    rows = [
        AgreedRow(
            layer="think", code="doubt", posts=60, differ=9, alpha=0.61, low=0.4, high=0.8, ac1=0.8
        ),
        AgreedRow(
            layer="feel", code="anger", posts=60, differ=2, alpha=0.9, low=0.8, high=1, ac1=0.95
        ),
        AgreedRow(layer="feel", code="shame", posts=60, differ=0),
    ]
    told = material(agreement=rows, coders=2, judged=60)
    said = "of the 2 codes that two or more coded: median 0.76, lowest 0.61 (doubt); 1 at 0.8 or more, 1 under 0.667."
    assert said in coreq_items(desk(told))[23].answer
    page = _text(judged(desk(told)))
    assert said in page and "0.61 (0.40 to 0.80)" in page
    assert (
        "No post was judged by two of them."
        in coreq_items(desk(material(coders=1, judged=9)))[23].answer
    )


def test_where_no_post_has_an_author_the_first_page_says_what_to_do() -> None:
    figures = [
        share("roles.share", {"role": "patient", "of": "accounts"}, 0, 0),
        counted("inclusion.flow", {"step": "no_author"}, 90, "posts", None),
    ]
    assert "one_post_one_person" in nothing_found(desk(material(figures)))
    assert "nothing measured yet" in nothing_found(desk(material([])))
