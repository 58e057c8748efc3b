"""`bedside network` and `bedside alike` on a study in which ten people answer each other."""

from pathlib import Path

import pytest
from lxml import etree

import bedside
from bedside.cli.networks import find_alike, write_network
from bedside.errors import InputError, NotFoundError, StaleError

TEXT = "My hip pain keeps me awake at night and the surgery will not send me for a scan"
ENDS = (
    "still",
    "again",
    "this week",
    "sadly",
    "even now",
    "as before",
    "to this day",
    "so far",
    "this year",
    "yet",
)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("network")
    lines = []
    for n, end in enumerate(ENDS):
        lines.append(f'q{n},p{n},2024-03-{n + 1:02}T10:00:00Z,"{TEXT} {end}",')
        for step in range(1, 6):
            words = f"So sorry to hear that, I hope you get your scan soon {end} {step}"
            lines.append(
                f'r{n}{step},p{n},2024-04-{n + 1:02}T11:00:00Z,"{words}",q{(n + step) % 10}'
            )
    table = folder / "posts.csv"
    table.write_text("id,author,date,text,in_reply_to\n" + "\n".join(lines) + "\n")
    with pytest.MonkeyPatch.context() as here:  # it is made before keys are set apart
        here.setenv("BEDSIDE_KEYS", str(folder / "keys"))
        bedside.new(folder / "study", title="t")
        bedside.add(folder / "study", table, source="mine", preset="simulated")
        bedside.run(folder / "study", workers=1)
    return folder / "study"


def test_the_network_of_a_release_holds_communities_and_nobody(study: Path, tmp_path: Path) -> None:
    value, text = write_network(study, "gexf", tmp_path / "n.gexf", accounts=False)
    assert (value["nodes"], value["for_release"]) == (1, True) and "1 communities" not in text
    root = etree.fromstring((tmp_path / "n.gexf").read_bytes())
    values = {v.get("for"): v.get("value") for v in root.iter("{*}attvalue")}
    assert values["accounts"] == "10"
    assert (
        float(values["density"]) == float(values["clustering"]) == 1.0
    )  # everybody knows everybody


def test_accounts_go_out_under_numbers_and_with_a_warning(study: Path, tmp_path: Path) -> None:
    value, text = write_network(study, "graphml", tmp_path / "n.graphml", accounts=True)
    assert (value["nodes"], value["ties"], value["for_release"]) == (10, 50, False)
    assert "not for release" in text
    written = (tmp_path / "n.graphml").read_text()
    root = etree.fromstring(written.encode())
    ids = {n.get("id") for n in root.iter("{*}node")}
    assert ids == {f"a{n}" for n in range(10)} and "hip pain" not in written
    for name, wanted in (
        ("page_rank", 0.1),
        ("hub", 0.1),
        ("betweenness", 0.0),
        ("clustering", 1.0),
    ):
        held = [
            float(d.text or "nan") for d in root.iter("{*}data") if d.get("key") == f"node-{name}"
        ]
        assert held == pytest.approx([wanted] * 10)


def test_people_alike_are_told_of_together(study: Path) -> None:
    value, text = find_alike(study, f"{TEXT} and I do not know whom to ask", None)
    assert value["accounts"] == 10 and "About 10 accounts" in text
    assert all(line["accounts"] >= 8 for line in value["lines"])


def test_either_words_or_a_post_are_asked_for(study: Path) -> None:
    with pytest.raises(InputError, match="--post ID"):
        find_alike(study, None, None)
    with pytest.raises(NotFoundError, match="no such post"):
        find_alike(study, None, "0" * 32)
    with pytest.raises(InputError, match="gexf, graphml"):
        write_network(study, "dot", None, accounts=False)


def test_a_study_that_was_not_run_is_sent_to_run(tmp_path: Path) -> None:
    bedside.new(tmp_path / "study", title="t")
    with pytest.raises((StaleError, NotFoundError), match="bedside run"):
        find_alike(tmp_path / "study", "my hip hurts a lot at night", None)
