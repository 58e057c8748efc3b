"""What would mend it, providers and options: what the chapters say, and what they never do."""

from datetime import date
from html.parser import HTMLParser

from bedside.model.actions import Action, Step
from bedside.model.figures import Quote
from bedside.report.chapters.mending import mending
from bedside.report.chapters.options import options
from bedside.report.chapters.providers import providers
from bedside.report.document import render
from bedside.report.figures import Shown
from bedside.report.page import desk
from bedside.report.pains import pains, proposals
from tests.report.material import all_figures, figure, material, share


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def text_of(html: str) -> str:
    parser = _Texts()
    parser.feed(html)
    return " ".join(" ".join(parser.texts).replace("\u202f", " ").split())


def said(aspect: str, kind: str, code: str, hits: int, of: int = 300) -> Shown:
    return share("care.said", {"aspect": aspect, "kind": kind, "code": code}, hits, of)


def half(which: str, hits: int) -> Shown:
    keys = {"aspect": "listening", "valence": "complaint", "half": which, "since": "2025-03"}
    return share("care.halves", keys, hits, 1000)


def care_figures() -> list[Shown]:
    return [
        *all_figures(),
        said("all", "remedy", "all", 120),
        said("listening", "remedy", "all", 100),
        said("listening", "remedy", "listen", 60),
        said("listening", "remedy", "training", 12),
        said("waiting", "remedy", "call_back", 30, 150),
        said("listening", "cause", "too_few_staff", 25),
        figure("care.badness", {"aspect": "listening"}, estimate=-2.4, low=-2.6, high=-2.2, hits_accounts=90),
        half("earlier", 300),
        half("later", 450),
    ]  # fmt: skip


def test_proposals_come_most_accounts_first_and_say_for_what() -> None:
    laid = desk(material(care_figures()))
    found = [(p.aspect, p.remedy) for p in proposals(laid.shelf)]
    assert found == [("listening", "listen"), ("waiting", "call_back"), ("listening", "training")]


def test_a_pain_point_tells_how_common_how_bad_and_how_it_changed() -> None:
    pain = pains(desk(material(care_figures())).shelf)[0]
    assert (pain.aspect, [f.keys["code"] for f in pain.causes]) == ("listening", ["too_few_staff"])
    assert pain.change is not None and round(pain.change.value, 2) == 0.15
    assert pain.change.low > 0, "the two intervals are apart"


def test_the_change_is_not_told_where_a_half_may_not_be_shown() -> None:
    figures = [f for f in care_figures() if f.keys.get("half") != "earlier"] + [half("earlier", 5)]
    pain = pains(desk(material(figures)).shelf)[0]
    assert pain.change is None


def test_the_action_list_is_carried_into_the_report_and_tied_to_its_proposal() -> None:
    steps = [Step(on=date(2026, 1, 5), status="planned"), Step(on=date(2026, 2, 1), status="made")]
    action = Action(
        id="a1", what="A card to hand over", owner="Outpatients", aspect="listening", remedy="listen", steps=steps
    )  # fmt: skip
    part = mending(desk(material(care_figures(), actions=[action])))
    assert part is not None
    text = text_of(part.body)
    assert "made (a1)" in text and "A card to hand over" in text and "1 February 2026" in text
    assert "Outpatients: made" in text_of(render(material(care_figures(), actions=[action])))
    bare = mending(desk(material(care_figures())))
    assert bare is not None and "None is recorded yet" in text_of(bare.body)


def provider(name: str, hits: int, of: int, told: str = "within the limits") -> list[Shown]:
    keys = {"provider": name, "origin": "own", "valence": "complaint"}
    counts = {"hits_accounts": hits, "of_accounts": of}
    return [
        share("care.providers", keys, hits, of),
        figure("care.limits", keys, estimate=0.2, low=0.1, high=0.3, method=f"{told}; limits", **counts),
        figure("care.ranks", keys, estimate=3.0, low=1, high=5, **counts),
        figure("care.shrunk", keys, estimate=0.22, low=0.1, high=0.3, **counts),
    ]  # fmt: skip


def test_providers_stand_in_the_order_of_names_and_the_reader_is_told_who_reviews() -> None:
    names = ["Ash", "Birch", "Cedar", "Dogwood", "Elm"]
    figures = [f for n in names[:4] for f in provider(n, 20, 100)] + provider(
        "Elm", 45, 100, "above the limits"
    )
    part = providers(desk(material(figures)))
    assert part is not None
    text = text_of(part.body)
    assert "Of 5 providers with enough reviewers, 1 lies outside the limits" in text
    assert "Elm (above the limits)" in text and "Reviewers chose to review" in text
    table = text[text.index("Providers with enough reviewers, by name") :]
    places = [table.index(name) for name in names]
    assert places == sorted(places)


def test_one_provider_alone_is_called_nothing() -> None:
    keys = {"provider": "Ash", "origin": "own", "valence": "complaint"}
    part = providers(desk(material([share("care.providers", keys, 20, 100)])))
    assert part is not None and "none is called different" in text_of(part.body)


def test_options_are_told_by_name_without_a_ranking() -> None:
    figures = []
    for name, hits in (("danazol", 90), ("acupuncture", 20)):
        for code, n in (("helped", hits), ("no_help", 30), ("harmed", 10)):
            figures.append(
                share("care.options", {"option": name, "what": "outcome", "code": code}, n, 200)
            )
    figures.sort(key=lambda f: f.keys["option"])
    part = options(desk(material(figures)))
    assert part is not None
    text = text_of(part.body)
    assert text.index("acupuncture 200") < text.index("danazol 200")
    assert "said:" in text and "nothing here says that one treatment is better" in text


def test_nothing_is_said_where_nothing_was_measured() -> None:
    laid = desk(material(all_figures()))
    assert mending(laid) is None and providers(laid) is None and options(laid) is None


def test_words_of_a_complaint_stand_beside_it_and_nowhere_else() -> None:
    told = Quote(
        kind="wording", text="never rang me back", about="listening:complaint", accounts=14
    )
    few = Quote(kind="wording", text="so few said this", about="waiting:complaint", accounts=9)
    page = text_of(render(material(care_figures(), quotes=[told, few])))
    assert page.count("“never rang me back” (14)") == 1
    assert "“never rang me back” 14 accounts" not in page


def provider_months(provider: str, complain: list[int], *, of: int = 50) -> list[Shown]:
    """A year and more of one provider, `complain` of `of` reviewers each month."""
    out = []
    for number, hits in enumerate(complain):
        month = f"{2024 + number // 12}-{number % 12 + 1:02d}"
        keys = {"provider": provider, "origin": "own", "valence": "complaint", "month": month}
        out.append(share("care.provider_months", keys, hits, of))
    return out


def reviewed(provider: str, hits: int, of: int) -> list[Shown]:
    keys = {"provider": provider, "origin": "own", "valence": "complaint"}
    return [share("care.providers", keys, hits, of)]


STEADY = [20, 21, 19, 20, 22, 18, 20, 21, 19, 20, 21, 20, 19, 20]


def providers_text(*figures: list[Shown]) -> str:
    part = providers(desk(material([f for some in figures for f in some])))
    assert part is not None
    return part.body


def test_each_provider_is_held_against_its_own_past_in_the_order_of_names() -> None:
    jump = [*STEADY[:-1], 30]
    html = providers_text(
        reviewed("Zeal", 280, 700),
        reviewed("Ash", 300, 700),
        provider_months("Zeal", STEADY),
        provider_months("Ash", jump),
    )
    text = text_of(html)
    assert "1 of 2 providers has months that differ from their own usual share" in text
    assert "that complains: Ash" in text
    assert html.index(">Ash</text>") < html.index(">Zeal</text>"), "by name, never by score"
    assert html.count('class="pt"') == 2, "one month signals, drawn wide and slim"
    assert "outside the limits" in text and "2025-02" in text
    assert 'id="fig-provider-months-own"' in html and "provider-months-own.csv" in html


def test_steady_months_of_the_only_provider_are_said_to_be_steady() -> None:
    html = providers_text(reviewed("Ash", 280, 700), provider_months("Ash", STEADY))
    assert "Ash: no month differs from the usual 40 % that complain" in text_of(html)
    assert 'class="pt"' not in html


def test_no_control_chart_is_drawn_of_a_provider_whose_months_are_mostly_hidden() -> None:
    few = [3, 9, 4, 9, 5, 9, 10, 4, 9, 11, 3, 9, 9, 10]
    text = text_of(providers_text(reviewed("Ash", 104, 280), provider_months("Ash", few, of=20)))
    assert "too many months with too few complaints to be shown" in text
    assert "natural limits" not in text


def test_twenty_providers_are_drawn_in_drawings_that_fit_a_printed_page() -> None:
    names = [f"P{number:02d}" for number in range(20)]
    html = providers_text(
        *(reviewed(n, 280, 700) for n in names), *(provider_months(n, STEADY) for n in names)
    )
    assert html.count('id="provider-months-own-4-736-t"') == 1
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids)), "every drawing has ids of its own"


def test_thin_months_at_either_end_are_left_off_and_the_chart_stands() -> None:
    months = [2, 3, *STEADY, 4, 1]
    html = providers_text(reviewed("Ash", 290, 900), provider_months("Ash", months))
    text = text_of(html)
    assert "no month differs from the usual 40 %" in text and "not shown, as those" not in text
