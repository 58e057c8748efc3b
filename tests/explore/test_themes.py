"""Themes in the explorer: the map says what the table says, and a decision is kept, told, and taken back."""

from pathlib import Path

import numpy as np

from bedside.explore.topics import Topic, topic_map
from bedside.understand.themes.decisions import read_decisions
from tests.explore.client import Client


def test_a_decision_is_kept_told_and_forgotten(own_study: Path) -> None:
    client = Client.of(own_study)
    rows = client.get("/themes.json").json()["tables"]["themes"]
    assert len(rows) > 3 and [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    one, two, three = (row["theme"] for row in rows[:3])
    for path, form in (
        ("rename", {"theme": one, "name": "<b>Waiting</b>"}),
        ("merge", {"theme": two, "into": one}),
        ("split", {"theme": three, "parts": "2"}),
    ):
        assert client.post(f"/themes/{path}", form).headers["location"] == "/themes?kept=yes"
    decided = read_decisions(own_study)
    assert (decided.merges, decided.splits) == ({two: one}, {three: 2})
    page = client.get("/themes").text
    assert "&lt;b&gt;Waiting" in page and f"{two} goes into {one}" in page
    assert client.post("/themes/forget", {"theme": two}).status_code == 303
    assert read_decisions(own_study).merges == {}


def test_a_decision_without_meaning_is_refused_and_changes_nothing(own_study: Path) -> None:
    client = Client.of(own_study)
    assert client.post("/themes/merge", {"theme": "t999", "into": "t1"}).status_code == 400
    assert client.post("/themes/split", {"theme": "t1", "parts": "many"}).status_code == 400
    assert (
        client.post("/themes/rename", {"theme": "t1", "name": "x"}, signed=False).status_code == 403
    )
    assert read_decisions(own_study).names == {}


def test_a_theme_opens_to_its_posts(study: Path) -> None:
    client = Client.of(study)
    row = client.get("/themes.json").json()["tables"]["themes"][0]
    assert client.get(f"/index.json?theme={row['theme']}").json()["posts"] == row["posts"]


def test_no_circle_of_the_map_covers_another() -> None:
    topics = [Topic(f"t{n}", f"name {n}", 1000 // n, 0.5, 0.5) for n in range(1, 15)]
    drawn = topic_map(topics)
    assert drawn == topic_map(topics)
    circles = [part.split('"') for part in str(drawn).partition("slim")[0].split("<circle ")[1:]]
    at = np.array([[float(p[p.index(f" {k}=") + 1]) for k in ("cx", "cy", "r")] for p in circles])
    far = np.hypot(*(at[:, None, :2] - at[None, :, :2]).transpose(2, 0, 1))
    near = far - at[:, 2][:, None] - at[:, 2][None]
    np.fill_diagonal(near, 1)
    assert near.min() > -0.5
