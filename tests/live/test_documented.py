"""Every kind of live source and each of its settings stands in docs/LIVE.md."""

from pathlib import Path

import pytest

from bedside.collect.formats import FORMATS
from bedside.collect.live.sources import COMMON, KINDS, find_source

PAGE = (Path(__file__).parents[2] / "docs" / "LIVE.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_is_documented_with_its_settings(kind: str) -> None:
    source = find_source(kind)
    assert source.name == kind
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` "))
    missing = [s.name for s in source.settings if f"`{s.name}`" not in line]
    assert missing == []
    assert source.licence_note
    assert source.verified


def test_settings_for_all_are_documented() -> None:
    assert [s.name for s in COMMON if f"`{s.name}`" not in PAGE] == []


def test_every_format_that_is_landed_is_known() -> None:
    wanted = {
        "bluesky",
        "mastodon",
        "reddit_api",
        "youtube",
        "subtitles",
        "discourse",
        "wordpress",
        "rss",
        "nodebb",
    }
    assert {*wanted, "nhs_uk", "care_opinion", "table"} <= FORMATS.keys()
