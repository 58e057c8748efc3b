"""`bedside stories` and `bedside timeline` on a study of three posts."""

from pathlib import Path

import pytest

import bedside
from bedside.cli.stories import stories_text, timeline_text
from bedside.errors import NotFoundError

POSTS = [
    (
        "1",
        "ann",
        "2024-01-03",
        "My knees have hurt for months and nobody knows why. What could it be?",
    ),
    (
        "2",
        "ann",
        "2024-02-10",
        "I saw my GP in January and she sent me for blood tests. After that I waited three weeks. Then the "
        "rheumatologist told me I have lupus and I cried with relief. Since then I started hydroxychloroquine.",
    ),
    ("3", "bob", "2024-02-11", "Lovely weather today, off to the beach."),
]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stories")
    table = folder / "posts.csv"
    rows = "\n".join(f'{i},{who},{day},"{text}"' for i, who, day, text in POSTS)
    table.write_text(f"id,author,date,text\n{rows}\n")
    with pytest.MonkeyPatch.context() as here:  # it is made before keys are set apart
        here.setenv("BEDSIDE_KEYS", str(folder / "keys"))
        bedside.new(folder / "study", title="t")
        bedside.add(folder / "study", table, source="mine", preset="simulated")
        bedside.run(folder / "study", workers=1)
    return folder / "study"


def test_stories_give_keys_reasons_and_what_to_do_next(study: Path) -> None:
    told, text = stories_text(study, most=5)
    assert told and told[0]["points"] == len(told[0]["tells"])
    assert "bedside open" in text and told[0]["post_key"] in text
    assert not any(words in text for *_, words in POSTS)


def test_a_timeline_stitches_an_account_and_says_why(study: Path) -> None:
    account = stories_text(study, most=5)[0][0]["account_key"]
    told, text = timeline_text(study, account)
    assert len(told["posts"]) == 2 and len(told["joins"]) == 1
    assert "joined because the same account" in text and "38 days later" in text
    assert timeline_text(study, account[:10])[1] == text


def test_neither_shows_a_name_or_a_text(study: Path) -> None:
    account = stories_text(study, most=5)[0][0]["account_key"]
    shown = stories_text(study, most=5)[1] + timeline_text(study, account)[1]
    assert "ann" not in shown.replace("another", "") and "knees" not in shown


def test_an_account_that_is_not_there_is_told_with_what_to_give(study: Path) -> None:
    with pytest.raises(NotFoundError, match="account key"):
        timeline_text(study, "nobody")
