"""The bench's pages without a browser: what is shown to whom, forms that work without script, forms that are refused."""

import html
from pathlib import Path

from bedside.judge.samples import list_samples
from bedside.store.study import open_study
from tests.explore.client import Client
from tests.explore.people import BENCH, coded, decided

__all__ = ["coded"]  # the fixture


def test_proposals_are_shown_to_learn_from_and_hidden_where_decisions_enter_estimates(
    coded: tuple[Path, Path],
) -> None:
    folder, _ = coded
    client = Client.of(folder, name="ann")
    learning = client.get("/coding/learn-1").text
    assert "machine proposals shown" in learning and "the machine proposes" in learning
    assert "machine proposals hidden" in client.get(BENCH).text
    assert "the machine proposes" not in client.get(BENCH).text


def test_without_script_a_post_is_coded_by_its_form(coded: tuple[Path, Path]) -> None:
    folder, _ = coded
    client = Client.of(folder, name="ann")
    page = client.get(BENCH).text
    key = page.partition('data-post="')[2].partition('"')[0]
    answer = client.post(BENCH, {"post": key, "layers": "feel", "c:feel": "hope", "do": "save"})
    assert answer.status_code == 303 and decided(folder, "ann") == {key: {"hope"}}


def test_a_sample_is_drawn_at_the_bench_and_what_cannot_be_drawn_is_said(own_study: Path) -> None:
    ann = Client.of(own_study, name="Ann", roles="code")
    asked = {"name": "tired", "size": "40", "layer": "feel", "query": "tired OR pain"}
    for wrong, words in (
        ({"name": "Not So"}, "small letters"),
        ({"size": "all"}, "how many posts"),
        ({"layer": "nothing"}, "nothing"),
        ({"query": "(tired"}, "tired"),
    ):
        answer = ann.post("/coding", asked | wrong)
        assert answer.status_code == 400 and words in answer.text
    assert list_samples(open_study(own_study)) == []
    assert ann.post("/coding", asked).headers["location"] == "/coding"
    (sample,) = list_samples(open_study(own_study))
    assert (sample.id, sample.layers, sample.query) == ("tired", ("feel",), "tired OR pain")
    assert 0 < sample.drawn < sample.population
    assert all(0 < chance < 1 for chance in sample.probabilities.values())
    assert "/coding/tired?layers=feel" in ann.get("/coding").text
    assert Client.of(own_study).post("/coding", asked).status_code == 403  # nobody named


def test_nobody_codes_without_a_name(coded: tuple[Path, Path]) -> None:
    answer = Client.of(coded[0]).get("/coding")
    assert answer.status_code == 403 and "--as NAME" in answer.text


def test_spans_outside_the_text_and_forms_that_say_nonsense_are_refused(
    coded: tuple[Path, Path],
) -> None:
    folder, _ = coded
    client = Client.of(folder, name="ann")
    key = client.get(BENCH).text.partition('data-post="')[2].partition('"')[0]
    given = {"post": key, "layers": "feel", "do": "save"}
    for more, words in (
        ({"moments": '[{"span":["body",0,999999],"codes":{"feel":["hope"]}}]'}, "does not lie in"),
        ({"moments": "[1"}, "cannot be read"),
        ({"c:feel": "jealousy"}, "has no code"),
        ({"do": "dance"}, "no act"),
    ):
        answer = client.post(BENCH, given | more)
        assert answer.status_code == 400 and words in answer.text
    assert decided(folder, "ann") == {}


def test_a_code_s_new_definition_is_looked_at_before_it_is_written(
    coded: tuple[Path, Path],
) -> None:
    folder, _ = coded
    client = Client.of(folder, name="ann")
    key = client.get(BENCH).text.partition('data-post="')[2].partition('"')[0]
    client.post(BENCH, {"post": key, "layers": "feel", "c:feel": "hope", "do": "save"})
    page = client.get("/codebook/feel").text
    mark = page.partition('name="mark" value="')[2].partition('"')[0]
    text = html.unescape(
        page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    )
    new = text.replace("Hopes for a good turn.", "Hopes that it turns out well.")
    given = {"text": new, "mark": mark, "do": "look"}
    looked = client.post("/codebook/feel", given).text
    assert "hope: definition changed" in looked and "1 decisions about 1 posts" in looked
    assert not (folder / "codebook" / "feel.toml").exists()
    broken = client.post("/codebook/feel", given | {"text": new + "\n[[code]]\nnam = 1"})
    assert broken.status_code == 400 and "nam" in broken.text
    assert client.post("/codebook/feel", given | {"do": "write"}).status_code == 303
    assert "Hopes that it turns out well." in client.get("/codebook/feel").text
    stale = client.post("/codebook/feel", given | {"do": "write"})
    assert stale.status_code == 400 and "somebody else wrote feel" in stale.text
    assert "the definition has changed" in client.get("/codebook").text
    assert "hope: definition changed" in client.get("/codebook/versions").text
    assert "check again" in client.get(f"{BENCH}?post={key}").text


def test_pages_answer_as_json_and_csv(coded: tuple[Path, Path]) -> None:
    client = Client.of(coded[0], name="ann")
    assert client.get("/coding.json").json()["tables"]["samples"][-1]["posts"] > 5
    assert client.get("/coding.csv").text.startswith("sample,kind,layers")
    assert client.get("/codebook/feel.csv").text.startswith("code,definition")
    assert client.get(f"{BENCH}.json").json()["progress"]["done"] == 0
