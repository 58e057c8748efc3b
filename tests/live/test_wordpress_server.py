"""A real WordPress: read by REST and by feeds alike; edits and deletions followed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bedside.cli.collecting import collect, recheck
from bedside.store.study import Study
from tests.decoding import found_in
from tests.live.conftest import later, rows, standing
from tests.live.wordpress import WordPress

pytestmark = pytest.mark.e2e


@pytest.fixture
def site(loopback: None, tmp_path: Path) -> Iterator[WordPress]:
    running = WordPress(tmp_path / "wordpress")
    try:
        running.start()
        yield running
    finally:
        running.stop()


def test_rest_and_feeds_agree_and_the_study_follows_the_site(
    site: WordPress, make_study: Callable[..., Study]
) -> None:
    article = site.article("Living with it", "Seven years until somebody listened, quokka article.")
    first = site.comment(article, "Mine took five years, quokka one.", name="Reader A")
    reply = site.comment(
        article, "Did a laparoscopy help, quokka two?", parent=first, name="Reader B"
    )
    third = site.comment(article, "Same here, quokka three.", name="Reader C")

    by_rest = make_study("wordpress", folder="rest", url=site.url)
    done = collect(by_rest.folder, now=later(0))[0]
    assert (done.new, done.rejected) == (4, 0), done
    by_feed = make_study(
        "feed", folder="feed", feeds=f"{site.url}/?feed=rss2,{site.url}/?feed=comments-rss2"
    )
    collect(by_feed.folder, now=later(0))

    def told(study: Study) -> set[tuple[str, str, str, str]]:
        names = ("post_id", "body", "in_reply_to", "thread_id")
        return {tuple(str(row[name]) for name in names) for row in rows(study, *names)}  # type: ignore[misc]

    assert told(by_rest) == told(by_feed)
    parents = {row["post_id"].rsplit("/", 1)[-1]: row["in_reply_to"] for row in rows(by_rest)}
    assert str(parents[f"comment-{reply}"]).endswith(f"comment-{first}")
    unchanged = collect(by_feed.folder, now=later(1))[0]
    assert unchanged.read == 0 or unchanged.new == 0, "304, or nothing that is new"

    site.do(
        f"wp_update_comment(['comment_ID' => {first}, 'comment_content' => 'Mine took six years, wombat.'])"
    )
    site.do(f"wp_delete_comment({reply}, true)")
    site.do(f"wp_trash_comment({third})")
    followed = recheck(by_rest.folder, now=later(2))[0]
    assert (followed.new, followed.tombstoned) == (1, 2), followed
    bodies = set(standing(by_rest).values())
    assert "Mine took six years, wombat." in bodies
    assert len(bodies) == 2
    assert found_in(by_rest.folder, "quokka one") == found_in(by_rest.folder, "quokka two") == []
    assert found_in(by_rest.folder, "quokka article")
    said = recheck(by_feed.folder, now=later(2))[0]
    assert "cannot be asked" in said.notes[0]
