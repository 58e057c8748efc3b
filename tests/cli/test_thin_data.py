"""Thin data by the whole path: one account, no dates, one provider, stages nobody is in, a community of forty."""

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import bedside
from bedside.store.keys import load_keys

OPENINGS = (
    "On Monday I came in with my daughter.",
    "My husband brought me on the early bus.",
    "This was on the second floor of the old building.",
    "I came with my neighbour from the village.",
    "It rained all morning when I set out.",
)
WAITED = (
    "I waited six hours to be seen and nobody came.",
    "We sat there all day, an appalling wait.",
    "Such a long wait again, over four hours past my appointment.",
    "Still waiting for the scan after five months.",
)
KIND = "The nurse was so kind and friendly, she explained everything to me."
CLOSINGS = ("We got home after dark.", "My son drove me back.", "I walked home by the river.")
ANSWERS = {"access_basis": "own_data", "lawful_basis": "consent", "dpia_ref": "D1"}


def told(number: int, *, praise: bool = False) -> str:
    """One of sixty different reviews."""
    middle = KIND if praise else WAITED[number % 4]
    return f"{OPENINGS[number % 5]} {middle} {CLOSINGS[number % 3]}"


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def text_of(page: str) -> str:
    parser = _Texts()
    parser.feed(page)
    return " ".join(" ".join(parser.texts).split())


def report(folder: Path, rows: list[dict[str, str]], **more: bool) -> str:
    """The report of a study made of a table of reviews, as text."""
    bedside.new(folder / "study", title="Thin", question="What is told?")
    config = folder / "study" / "study.toml"
    config.write_text(
        config.read_text()
        .replace('who = ""', 'who = "the desk"')
        .replace("within_hours = 0", "within_hours = 24")
    )
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    (folder / "reviews.csv").write_text(out.getvalue())
    bedside.add(folder / "study", folder / "reviews.csv", source="reviews", **ANSWERS, **more)
    bedside.run(folder / "study", workers=0)
    return text_of((folder / "study" / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEDSIDE_KEYS", str(tmp_path / "keys"))
    load_keys.cache_clear()


def test_one_account_that_wrote_everything_without_dates_tells_nothing(tmp_path: Path) -> None:
    rows = [
        {"id": f"r{n}", "author": "kim", "text": told(n), "provider": "North"} for n in range(60)
    ]
    text = report(tmp_path, rows)
    assert "No finding may be shown" in text
    assert "You told us too little on any one thing" in text
    shares = re.findall(r"\b(\d+)\s?%\s?\(", text)
    assert not shares, "a share of one account would be told of one person"


def test_forty_people_of_one_provider_at_one_stage_get_a_report(
    tmp_path: Path,
) -> None:
    rows = [
        {
            "id": f"r{n}",
            "author": f"a{n}",
            "text": told(n, praise=n >= 28),
            "provider": "North",
            "date": f"2025-{1 + n % 12:02d}-{1 + n % 28:02d}",
        }
        for n in range(40)
    ]
    text = report(tmp_path, rows, one_post_one_person=True)
    assert (
        "waiting" in text
    )  # its share may be hidden: with 28 of 40, which figure shields another turns on the key
    assert "n = 0" in text, "a stage nobody is in is there, and empty"
    assert "1 provider has enough reviewers" in text and "none is called different" in text
