"""From reviews to the action list and a checked leaflet, by the command line."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from typer.testing import CliRunner

import bedside
from bedside.cli.commands import app
from bedside.store.keys import load_keys

WAITED = "Waited six hours to be seen, an appalling wait, nobody came. {} "
PLANTED = {
    "They need more staff.": 12,
    "They should have longer appointments.": 7,
    "They need more staff. They should have longer appointments.": 2,  # so that the parts of a sum overlap
    "Better parking please.": 2,
    "": 20,  # who only waited
}
ELSE = (  # people do not all write the same, so that no theme is a remedy
    "My brother drove me home in the rain.",
    "The corridor was cold and the lights kept flickering.",
    "My phone had died by then and the café was shut.",
    "I had read my whole book and half of my neighbour's.",
    "A dog barked outside all evening.",
    "There was football on the little television.",
    "I missed the last bus and my supper.",
)
PAIN = "My period pain was terrible again and the doctor gave me ibuprofen for it. "


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mending")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEDSIDE_KEYS", str(folder / "keys"))
        load_keys.cache_clear()
        return make_study(folder)


@pytest.fixture
def study(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BEDSIDE_KEYS", str(made.parent / "keys"))
    load_keys.cache_clear()
    return made


def make_study(folder: Path) -> Path:
    rows, number = ["id,author,text"], 0
    for wish, many in PLANTED.items():
        for _ in range(many):
            number += 1
            rows.append(
                f'{number},p{number},"{WAITED.format(wish)}{PAIN if number <= 12 else ""}{ELSE[number % 7]}"'
            )
    (folder / "reviews.csv").write_text("\n".join(rows))
    mapping = 'platform = "reviews"\nkind = "review"\n[columns]\nbody = "text"\nnative_id = "id"\nauthor_id = "author"\n'
    (folder / "map.toml").write_text(mapping)
    bedside.new(folder / "study", title="t")
    done = CliRunner().invoke(
        app,
        ["add", str(folder / "study"), str(folder / "reviews.csv"), "--source", "r", "--preset", "simulated",
         "--mapping", str(folder / "map.toml"), "--set", "one_post_one_person=true"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    bedside.run(folder / "study", workers=1)
    return folder / "study"


def told(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def test_planted_remedies_come_out_on_top_of_the_action_list(study: Path) -> None:
    lines = told("actions", "list", str(study)).splitlines()
    assert lines[0] == "no action is recorded yet"
    open_ = [line for line in lines if "--for waiting:" in line]
    assert [line.split()[1] for line in open_] == ["waiting:more_staff", "waiting:more_time"]
    assert "14 accounts" in open_[0] and "9 accounts" in open_[1]


def test_an_action_is_carried_into_the_next_report(study: Path) -> None:
    told(
        "actions",
        "add",
        str(study),
        "A second desk",
        "--owner",
        "Front desk",
        "--for",
        "waiting:more_staff",
    )
    told("actions", "set", str(study), "a1", "--status", "declined", "--reason", "no room for it")
    assert "no room for it" in told("actions", "list", str(study))
    told("run", str(study), "--workers", "1")
    report = (study / "report.html").read_text(encoding="utf-8")
    assert "A second desk" in report and "declined (a1)" in report and "no room for it" in report


def test_a_leaflet_is_checked_and_written_as_a_page(study: Path, tmp_path: Path) -> None:
    leaflet = tmp_path / "leaflet.txt"
    leaflet.write_text(
        "Dysmenorrhea is common. Ibuprofen helps some people with dysmenorrhea. Ask the nurse on the ward if you have "
        "any questions at all, and ring us at any time of the day or night if you are worried about how you feel."
    )
    text = told("leaflet", str(study), str(leaflet), "--to", str(tmp_path / "page.html"))
    assert "! dysmenorrhea: 0 of 12 accounts use it; they write “period pain” (12)" in text
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<mark title="they write period pain">Dysmenorrhea</mark>' in page


def test_a_scan_and_another_language_are_told_what_to_do(study: Path, tmp_path: Path) -> None:
    scan, german = tmp_path / "scan.pdf", tmp_path / "de.txt"
    page = Image.new("RGB", (620, 877), "white")
    ImageDraw.Draw(page).text((40, 40), "Endometriosis: what you need to know", fill="black")
    page.save(scan)  # a page of a scanner: a picture of words, no text
    german.write_text(
        "Die Periode tut weh und der Arzt gibt Ihnen eine Tablette gegen die Schmerzen. " * 6
    )
    for path, words in (
        (scan, "a scanned PDF holds pictures of words"),
        (german, "seems to be in 'de'"),
    ):
        done = CliRunner().invoke(app, ["leaflet", str(study), str(path)])
        assert done.exit_code != 0 and words in str(done.exception)
