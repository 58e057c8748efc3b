"""The report as a whole: nothing leaks, everything is escaped, and it can be read by anyone."""

import re
from itertools import pairwise
from urllib.parse import unquote

import msgspec
import pytest
from lxml import html

from bedside.model.figures import Quote
from bedside.model.sources import Source
from bedside.report.document import render, sheet
from bedside.report.figures import Shown
from bedside.report.material import ImportRow, Material, Study
from tests.report.material import all_figures, figure, material, share

NASTY = '<script>alert("x")</script>&<img src=x onerror=y>'
NUMBERS = {
    "estimate": 0.73921,
    "low": 0.73111,
    "high": 0.75999,
    "hits_accounts": 73921,
    "hits_posts": 73922,
    "of_accounts": 73923,
    "of_posts": 73924,
    "no_author": 73925,
    "method": "method 73926",
    "refused": "only 73927",
}


def _tree(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


@pytest.mark.parametrize("at", range(0, len(all_figures()), 3))
def test_a_suppressed_number_changes_nothing_in_the_document(at: int) -> None:
    """Planted in one figure at a time: page, charts, twins and CSV must not depend on it."""
    figures = all_figures()
    bare = Shown(
        id=figures[at].id, measure=figures[at].measure, keys=figures[at].keys, unit="accounts"
    )
    planted = msgspec.structs.replace(bare, suppressed=True, **NUMBERS)
    empty = msgspec.structs.replace(bare, suppressed=True)
    with_numbers = render(material([*figures[:at], planted, *figures[at + 1 :]]))
    without = render(material([*figures[:at], empty, *figures[at + 1 :]]))
    assert with_numbers == without
    assert "7392" not in unquote(with_numbers)


def test_few_accounts_are_hidden_even_if_the_release_let_them_through() -> None:
    keys = {"code": "internet"}
    pages = [
        render(
            material(
                [
                    figure(
                        "journey.first_turned", keys, estimate=mid, hits_accounts=3, of_accounts=50
                    )
                ]
            )
        )
        for mid in (0.06, 0.6173)
    ]
    assert pages[0] == pages[1]


def test_a_shown_figure_does_change_the_document() -> None:
    """The test of suppression would be worth nothing if figures were not printed at all."""
    figures = all_figures()
    for measure in {f.measure for f in figures} - {"journey.stages"}:
        left = [f for f in figures if f.measure != measure]
        assert render(material(left)) != render(material(figures)), measure


def test_every_text_of_the_study_is_escaped() -> None:
    fields = (
        "title",
        "question",
        "place",
        "query_words",
        "query_text",
        "codebook",
        "snapshot",
        "contact",
    )
    study = Study(
        **dict.fromkeys(fields, NASTY),
        conditions=(NASTY,),
        period=(NASTY, NASTY),
        snapshot_date=NASTY,
    )
    page = render(
        material(
            [
                share(
                    "care.aspects",
                    {"aspect": NASTY, "valence": "complaint"},
                    90,
                    100,
                    id=NASTY,
                    method=NASTY,
                ),
                share("journey.map", {"group": NASTY, "layer": NASTY, "code": NASTY}, 90, 100),
                figure("trends.volume", {"week": NASTY, "unit": "posts"}, estimate=9.0),
            ],
            study=study,
            sources=[Source(name=NASTY, access_basis=NASTY, lawful_basis=NASTY, dpia_ref=NASTY)],
            quotes=[Quote(kind="paraphrase", text=NASTY, about=NASTY, evidence_id=NASTY)],
            imports=[ImportRow(source=NASTY, format=NASTY, verified=False, notes=(NASTY,))],
            open_command=NASTY,
            bedside_version=NASTY,
            makers=(NASTY,),
            run_date=NASTY,
            notes=(NASTY,),
        )
    )
    tree = _tree(page)
    assert not tree.xpath("//script | //img | //*[@onerror]")
    assert NASTY in tree.text_content()


def test_the_file_needs_nothing_from_elsewhere() -> None:
    page = render(material())
    tree = _tree(page)
    assert not tree.xpath("//script | //link | //img | //iframe | //object | //@onclick")
    assert not re.search(r"https?://|url\(|@import", page)
    for link in tree.xpath("//a/@href"):
        assert link.startswith(("#", "data:text/csv;charset=utf-8,"))


def test_links_lead_somewhere_and_ids_are_unique() -> None:
    tree = _tree(render(material()))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in tree.xpath("//a/@href") if href.startswith("#")} <= set(ids)
    for attribute in ("aria-labelledby", "aria-describedby"):
        assert set(tree.xpath(f"//@{attribute}")) <= set(ids)


def test_headings_step_down_one_at_a_time() -> None:
    levels = [int(h.tag[1]) for h in _tree(render(material())).xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_pictures_and_tables_can_be_listened_to() -> None:
    tree = _tree(render(material(simulated=True)))
    drawings = tree.xpath("//svg[@role='img']")
    assert drawings and all(d.xpath("title/text()") and d.xpath("desc/text()") for d in drawings)
    assert all(
        s.get("role") == "img" or s.get("aria-hidden") == "true" for s in tree.xpath("//svg")
    )
    assert all(t.xpath("caption")[0].text_content() for t in tree.xpath("//table"))
    assert not tree.xpath("//th[not(@scope)]")
    assert len(tree.xpath("//main")) == len(tree.xpath("//nav")) == len(tree.xpath("//aside")) == 1
    assert tree.get("lang") == "en-GB"


def test_every_figure_carries_badge_codebook_and_evidence() -> None:
    tree = _tree(render(material()))
    drawn = tree.xpath("//figure")
    assert len(drawn) == 24
    for one in drawn:
        line = one.xpath(".//p[@class='ev']")[0].text_content()
        assert "c0deb00c" in line and "evidence" in line
        assert one.xpath(".//p[@class='ev']/span[contains(@class, 'badge')]")
        assert one.xpath(".//a[@download]")


def test_every_shown_figure_can_be_opened_by_its_id() -> None:
    """Walk the figures (R34): each id stands in the text or in the file of all figures."""
    page = unquote(render(material()))
    text = _tree(page).text_content()
    printed = [
        f
        for f in all_figures()
        if f.measure.startswith(("care", "journey.f", "journey.m", "roles", "journey.t"))
    ]
    assert all(f.id in text for f in printed)
    assert all(f.id in page for f in all_figures())


def test_a_finding_on_page_one_says_its_n_its_interval_and_that_nobody_checked() -> None:
    first = _tree(render(material())).xpath("//ol[@class='find']/li")[0].text_content()
    assert "Of 800 accounts in these sources" in first
    assert re.search(r"38\u202f% \(34\u2060–\u206041\)", first)
    assert "machine count, not checked" in first and "machine error not included" in first


def test_simulated_posts_are_announced_first_and_only_then() -> None:
    tree = _tree(render(material(simulated=True)))
    assert tree.xpath("//aside")[0].text_content().startswith("Simulated posts: nobody wrote them")
    assert "nobody wrote them" not in render(material())


def test_erased_posts_make_the_report_stale() -> None:
    assert (
        "40 posts were erased after these figures were made"
        in _tree(render(material(erased=40))).text_content()
    )
    assert "Stale" in render(material(stale=True))
    assert "Stale" not in render(material())


def test_a_study_without_figures_still_says_what_is_missing() -> None:
    text = _tree(render(Material(study=Study(title="Empty")))).text_content()
    assert "No finding may be shown" in text
    assert "Not in this report, since nothing was found to count: where people turned first" in text
    assert "Time to diagnosis" not in text


def test_no_measure_breaks_the_report_when_it_stands_alone() -> None:
    figures = all_figures()
    for measure in {f.measure for f in figures}:
        alone = [f for f in figures if f.measure == measure]
        hidden = [
            Shown(id=f.id, measure=f.measure, keys=f.keys, unit=f.unit, suppressed=True)
            for f in alone
        ]
        keyless = [msgspec.structs.replace(f, keys={}) for f in alone]
        for some in (alone, hidden, keyless):
            assert render(material(some)).endswith("</html>\n")


def test_the_same_material_gives_the_same_file_of_moderate_size() -> None:
    page = render(material())
    assert page == render(material())
    assert len(page.encode()) < 1_000_000


def test_words_that_claim_too_much_do_not_occur() -> None:
    text = _tree(render(material())).xpath("//body")[0].text_content().lower()
    for word in (
        "effect",
        "insight",
        "reveal",
        "patients'",
        "% of patients",
        "best",
        "worst",
        "dramatic",
        "!",
    ):
        assert word not in text, word


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9]+):(#[0-9a-f]{3,6})\b", block))


def _light(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_text_stands_out_from_its_ground(scheme: str) -> None:
    css = sheet()
    light = _tokens(css[: css.index("@media")])
    dark = _tokens(css[css.index("@media (prefers-color-scheme:dark)") : css.index("/* type")])
    paper = _tokens(css[css.index("@media print") :])
    used = light | {"light": {}, "dark": dark, "print": paper}[scheme]
    for ink in ("ink", "soft", "link", "warm", "good", "data"):
        assert _contrast(used[ink], used["paper"]) >= 4.5, ink
    assert _contrast(used["ink"], used["pick"]) >= 4.5
    assert _contrast(used["ink"], used["panel"]) >= 4.5
    for ground, ink in (("h0", "i0"), ("h1", "i0"), ("h2", "i0"), ("h4", "i4")):
        assert _contrast(used[ground], used[ink]) >= 4.5, ground
    assert _contrast(used["h3"], "#0c1114") >= 4.5
    assert (
        _contrast(used["line"], used["paper"]) >= 3 and _contrast(used["focus"], used["paper"]) >= 3
    )
