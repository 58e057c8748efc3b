"""Two tables: reviews of providers with their ids, and survey comments without author or id."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from bedside.simulate.formats.frame import Frame
from bedside.simulate.item import Item
from bedside.simulate.world import World

__all__ = ["FRAMES", "write_reviews", "write_survey"]

REVIEW_COLUMNS = (
    "review_id",
    "provider_code",
    "provider_name",
    "date",
    "author",
    "title",
    "review",
    "stars",
)
SURVEY_COLUMNS = ("service", "month", "answer", "comment")
ANSWERS = ("", "Very good", "Good", "Neither good nor poor", "Poor", "Very poor")
FRAMES = (
    Frame("provider_reviews", "csv", ",".join(REVIEW_COLUMNS).encode() + b"\r\n"),
    Frame("fft_survey", "csv", ",".join(SURVEY_COLUMNS).encode() + b"\r\n"),
)


def write_reviews(items: list[Item], world: World, block: int) -> list[tuple[str, list[bytes]]]:
    """Rows of the table of reviews; dates are ISO 8601."""
    rows = [
        (item.native_id, item.provider.code, item.provider.name, _day(item), item.account.handle, item.title or "", item.text, item.rating)
        for item in items
        if item.provider is not None
    ]  # fmt: skip
    return [("provider_reviews", [_rows(rows)])]


def write_survey(items: list[Item], world: World, block: int) -> list[tuple[str, list[bytes]]]:
    """Rows of the survey; equal comments are different people, told apart by their row only."""
    rows = [
        (item.provider.name, _day(item)[:7], ANSWERS[item.rating], item.text)
        for item in items
        if item.provider is not None
    ]
    return [("fft_survey", [_rows(rows)])]


def _day(item: Item) -> str:
    return datetime.fromtimestamp(item.created, UTC).strftime("%Y-%m-%d")


def _rows(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
