"""Rounds of live sources over a real socket: complete or said to be not, followed, resumable, and polite."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.sync.server import ServerConnection, serve

from bedside.cli.collecting import collect, planned, recheck
from bedside.cli.ending import run_app
from bedside.errors import InputError, PermissionRefused, SourceError
from bedside.store.erasure import erase
from bedside.store.live import live_state
from bedside.store.study import Study, open_study
from tests.decoding import found_in
from tests.live.conftest import later, rows, standing
from tests.live.server import Server
from tests.live.sites import Discourse, Mastodon, Reddit, YouTube, answer

Make = Callable[..., Study]


def test_every_branch_of_a_reddit_thread_is_followed(server: Server, make_study: Make) -> None:
    site = Reddit(server)
    server.faults = {
        "/comments/s1": [(429, {"Retry-After": "0"}, b"")],
        "/api/morechildren": ["cut"],
    }
    study = make_study("reddit", url=server.url, communities="PCOS")
    done = collect(study.folder, now=later(0))[0]
    assert set(standing(study).values()) == {*site.comments.values(), "diagnosed today"}
    assert done.notes == () or "branches" not in " ".join(done.notes)
    parents = {row["post_id"]: row["in_reply_to"] for row in rows(study)}
    assert parents["reddit:t1_d"] == "reddit:t1_c"


def test_a_thread_is_read_again_only_when_it_has_grown(server: Server, make_study: Make) -> None:
    site = Reddit(server)
    study = make_study("reddit", url=server.url, communities="PCOS")
    collect(study.folder, now=later(0))
    before = len(server.paths())
    collect(study.folder, now=later(1))
    assert server.paths()[before:] == ["/r/PCOS/new"]
    site.comments["a"] = "first words, edited"
    site.comments["e"] = "one more"
    again = collect(study.folder, now=later(2))[0]
    assert again.new == 1, "the edited one; what stands as it was is not taken in again"
    assert found_in(study.folder, "first words") == found_in(study.folder, "first words, edited")


def test_recheck_empties_what_is_gone_and_only_that(server: Server, make_study: Make) -> None:
    site = Reddit(server)
    study = make_study("reddit", url=server.url, communities="PCOS")
    collect(study.folder, now=later(0))
    site.gone = {"t1_c"}
    site.comments["b"] = "[deleted]"
    done = recheck(study.folder, now=later(1))[0]
    assert done.tombstoned == 2
    assert found_in(study.folder, "deeper words") == found_in(study.folder, "hidden words") == []
    assert found_in(study.folder, "deepest words")
    again = recheck(study.folder, now=later(2))[0]
    assert (again.new, again.tombstoned, again.withdrawn) == (0, 0, 0)


def test_timelines_are_read_to_their_end_and_then_only_what_is_new(
    server: Server, make_study: Make
) -> None:
    site = Mastodon(server)
    server.faults = {"/api/v1/timelines/tag/endo": [(503, {}, b"")]}
    study = make_study("mastodon", url=server.url, tags="endo", service="social.example")
    done = collect(study.folder, now=later(0))[0]
    assert done.new == 10, "five statuses and an answer to each"
    assert {row["post_id"] for row in rows(study)} >= {
        "mastodon:social.example/100",
        "mastodon:social.example/9100",
    }
    site.statuses.append(site._status("200", "a newer one"))
    server.routes["/api/v1/statuses/200/context"] = site._context
    assert collect(study.folder, now=later(1))[0].new == 2
    site.gone = {"101"}
    server.routes.update(
        {f"/api/v1/statuses/9{n}": site._one for n in (100, 101, 102, 103, 104, 200)}
    )
    site.statuses += [
        site._status(f"9{n}", f"an answer to {n}", parent=str(n))
        for n in (100, 101, 102, 103, 104, 200)
    ]
    server.routes["/api/v1/statuses/200"] = site._one
    assert recheck(study.folder, now=later(2))[0].tombstoned == 1
    assert found_in(study.folder, "status number 1 about") == []


def test_threads_kept_to_members_are_said_to_be_missing(server: Server, make_study: Make) -> None:
    site = Mastodon(server)
    for status in site.statuses:
        server.routes[f"/api/v1/statuses/{status['id']}/context"] = lambda query, asked: (
            401,
            {},
            b"{}",
        )
    study = make_study("mastodon", url=server.url, tags="endo")
    done = collect(study.folder, now=later(0))[0]
    assert done.new == 5
    assert any("replies are missing" in note for note in done.notes)


def test_a_topic_longer_than_its_page_is_read_whole(server: Server, make_study: Make) -> None:
    Discourse(server)
    study = make_study("discourse", url=server.url)
    done = collect(study.folder, now=later(0))[0]
    assert done.new == 33
    by_id = {row["post_id"]: row for row in rows(study)}
    last = by_id[f"discourse:{server.host}/1033"]
    assert last["in_reply_to"] == f"discourse:{server.host}/1032", "parents are known across pages"
    assert last["thread_id"] == f"discourse:{server.host}/1001"


def test_half_a_topic_is_said_to_be_half(server: Server, make_study: Make) -> None:
    site = Discourse(server)
    site.hidden = {1030}
    study = make_study("discourse", url=server.url)
    done = collect(study.folder, now=later(0))[0]
    assert done.new == 32
    assert any("not given whole" in note for note in done.notes)


def test_a_topic_without_a_page_of_its_own_is_read_by_numbers(
    server: Server, make_study: Make
) -> None:
    site = Discourse(server, posts=25)
    del server.routes["/t/7.json"], server.routes["/latest.json"]

    def numbered(query: dict[str, str], asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        first = int(query.get("post_number", 1))
        posts = [p for p in site.posts.values() if p["post_number"] >= max(1, first - 3)][:20]
        return 200, {}, json.dumps({"id": 7, "post_stream": {"posts": posts}}).encode()

    def latest(query: dict[str, str], asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        below = int(query.get("before", 10**6))
        posts = [p for p in reversed(site.posts.values()) if p["id"] < below][:10]
        return 200, {}, json.dumps({"latest_posts": posts}).encode()

    server.routes.update({"/t/7/posts.json": numbered, "/posts.json": latest})
    study = make_study("discourse", url=server.url)
    assert collect(study.folder, now=later(0))[0].new == 25


def test_replies_that_a_thread_leaves_out_are_asked_for(server: Server, make_study: Make) -> None:
    site = YouTube(server)
    study = make_study("youtube", url=server.url, videos="vid1")
    done = collect(study.folder, now=later(0))[0]
    assert done.new == 6 + 1, (
        "video, two comments, three replies, one of them told twice in other words"
    )
    assert {row["post_id"] for row in rows(study)} == {
        f"youtube:{name}" for name in ("vid1", "c1", "c2", "c1.r1", "c1.r2", "c1.r3")
    }
    site.gone = {"c2"}
    assert recheck(study.folder, now=later(1))[0].tombstoned == 1


def test_a_quota_that_is_used_up_ends_the_round_and_it_goes_on(
    server: Server, make_study: Make
) -> None:
    site = YouTube(server)
    study = make_study("youtube", url=server.url, videos="vid1")
    site.refused = "quotaExceeded"
    with pytest.raises(SourceError, match="quota is used up"):
        collect(study.folder, now=later(0))
    assert rows(study) == []


def test_a_round_that_broke_off_goes_on_without_asking_again(
    server: Server, make_study: Make
) -> None:
    Discourse(server)
    study = make_study("discourse", url=server.url)
    server.faults["/t/7/posts.json"] = [(503, {}, b"")] * 3
    with pytest.raises(SourceError, match="what came before is kept"):
        collect(study.folder, now=later(0))
    assert rows(study) == [], "nothing is taken in before the round is whole"
    assert found_in(study.folder, "post number 5"), "and nothing is lost"
    before = len(server.paths())
    done = collect(study.folder, now=later(5))[0]
    assert (done.new, done.kept_from_before) == (33, 2)
    assert set(server.paths()[before:]) == {"/t/7/posts.json"}
    assert {row["collected_at"] for row in rows(study, "collected_at")} == {later(0)}


def test_a_dry_run_says_what_would_be_asked_and_asks_nothing(
    server: Server, make_study: Make
) -> None:
    study = make_study("mastodon", url=server.url, tags="endo,pcos")
    plan = planned(study.folder, now=later(0))[0]
    assert [address.rsplit("/", 1)[-1].split("?")[0] for address in plan["requests"]] == [
        "endo",
        "pcos",
    ]
    assert server.asked == []


def test_secrets_are_sent_and_never_kept(server: Server, make_study: Make) -> None:
    YouTube(server)
    study = make_study("youtube", url=server.url, videos="vid1", key_env="MY_KEY")
    collect(study.folder, now=later(0), environ={"MY_KEY": "s3cret-key"})
    assert all(query.get("key") == "s3cret-key" for _, query, _ in server.asked)
    assert found_in(study.folder, "s3cret-key") == []


def test_the_register_is_enforced(server: Server, make_study: Make) -> None:
    study = make_study("discourse", url=server.url, login_needed=True)
    with pytest.raises(PermissionRefused, match="operator_consent"):
        collect(study.folder, now=later(0))
    other = make_study("discourse", name="other", url=server.url, robots="false")
    with pytest.raises(PermissionRefused, match="robots = false"):
        collect(other.folder, names=["other"], now=later(0))
    assert server.asked == []


def test_settings_that_mean_nothing_are_refused(make_study: Make) -> None:
    with pytest.raises(InputError, match="did you mean 'tags'"):
        make_study("mastodon", url="https://x.example", tag="endo")
    with pytest.raises(InputError, match="needs url"):
        make_study("discourse", folder="second")
    with pytest.raises(InputError, match="did you mean 'mastodon'"):
        make_study("mastodn", folder="third")


def test_text_that_was_not_looked_at_in_time_goes(server: Server, make_study: Make) -> None:
    Reddit(server)
    study = make_study("reddit", url=server.url, communities="PCOS", recheck_days=2)
    collect(study.folder, now=later(0))
    recheck(study.folder, now=later(40))
    assert live_state(study, "site").rechecked == later(40)
    collect(study.folder, now=later(60))
    assert len(standing(study)) == 5, "looked at in time"
    collect(study.folder, now=later(40 + 49))
    assert standing(study) == {}, "not looked at for two days: refresh or delete"
    recheck(study.folder, now=later(40 + 50))
    assert len(standing(study)) == 5, "they stand at their source"


def test_an_erased_account_does_not_come_back_and_is_named_nowhere(
    server: Server, make_study: Make
) -> None:
    Mastodon(server)
    study = make_study(
        "mastodon", url=server.url, tags="endo", accounts="ann@social.example,bea@social.example"
    )
    server.routes["/api/v1/accounts/lookup"] = lambda query, asked: (404, {}, b"{}")
    collect(study.folder, now=later(0))
    assert found_in(study.folder, "ann@social.example")
    erase(open_study(study.folder), "account", "ann@social.example")
    assert found_in(study.folder, "ann@social.example") == []
    done = collect(study.folder, now=later(1))[0]
    assert done.new == 0
    assert done.rejected > 0
    assert standing(study) == {}


def test_a_described_interface_is_read_page_by_page(server: Server, make_study: Make) -> None:
    def posts(query: dict[str, str], asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        page = int(query.get("page", 1))
        rows_ = [
            {"id": f"p{page}{n}", "text": f"words {page}{n} of a long story", "author": f"a{n}", "created": "2026-02-01T10:00:00Z"}
            for n in (1, 2)
        ]  # fmt: skip
        return answer({"data": {"items": rows_ if page <= 3 else []}})

    server.routes["/api/posts"] = posts
    server.routes["/api/posts/p11"] = lambda query, asked: answer({}, 404)
    for native in ("p12", "p21", "p22", "p31", "p32"):
        server.routes[f"/api/posts/{native}"] = lambda query, asked: answer({"kept": True})
    study = make_study(
        "rest", url=f"{server.url}/api/posts", items="data.items", page_param="page", item="none",
        item_url=f"{server.url}/api/posts/{{id}}",
    )  # fmt: skip
    done = collect(study.folder, now=later(0))[0]
    assert done.new == 6, done
    assert collect(study.folder, now=later(1))[0].new == 0
    assert recheck(study.folder, now=later(2))[0].tombstoned == 1
    assert found_in(study.folder, "words 11 of") == []


def test_a_list_that_leads_back_to_itself_is_left(server: Server, make_study: Make) -> None:
    row = {"id": "1", "text": "words of a long story", "author": "a"}
    server.routes["/api"] = lambda query, asked: answer(
        {"items": [row], "next": f"{server.url}/api"}
    )
    study = make_study("rest", url=f"{server.url}/api", items="items", next_url="next")
    done = collect(study.folder, now=later(0))[0]
    assert done.new == 1
    assert any("already read" in note for note in done.notes)


def test_a_nodebb_topic_is_read_page_by_page_without_its_deleted_posts(
    server: Server, make_study: Make
) -> None:
    def post(pid: int, **more: object) -> dict[str, object]:
        user = {"uid": pid, "username": f"u{pid}"}
        return {
            "pid": pid,
            "tid": 5,
            "uid": pid,
            "content": f"post {pid}",
            "timestamp": 1_767_000_000_000,
            "user": user,
            **more,
        }

    def topic(query: dict[str, str], asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        page = int(query["page"])
        gone = {"deleted": 1, "content": "[[topic:post-is-deleted]]", "deleterUid": 3}
        posts = [post(1, index=0), post(2)] if page == 1 else [post(3, **gone), post(4, toPid="2")]
        return answer(
            {
                "tid": 5,
                "mainPid": 1,
                "title": "T",
                "cid": 2,
                "posts": posts,
                "pagination": {"pageCount": 2},
            }
        )

    server.routes["/api/recent"] = lambda query, asked: answer(
        {"topics": [{"tid": 5, "lastposttime": 9}], "pagination": {"pageCount": 1}}
    )
    server.routes["/api/topic/5"] = topic
    study = make_study("nodebb", url=server.url)
    done = collect(study.folder, now=later(0))[0]
    assert (done.new, done.tombstoned) == (3, 1)
    for pid in (1, 4):
        server.routes[f"/api/v3/posts/{pid}"] = lambda query, asked: answer(
            {"response": {"deleted": 0}}
        )
    server.routes["/api/v3/posts/2"] = lambda query, asked: answer({"response": {"deleted": 1}})
    assert recheck(study.folder, now=later(1))[0].tombstoned == 1
    assert found_in(study.folder, "post 2") == []


def test_reviews_that_the_service_removed_are_followed(server: Server, make_study: Make) -> None:
    def comments(query: dict[str, str], asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        assert asked["subscription-key"] == "k1"
        first = int(query["offset"])
        every = [
            {"id": f"n{n}", "odsCode": "RX1", "commentText": f"ward story {n}", "screenName": "x"}
            for n in range(120)
        ]
        wanted = every[:2] if query["status"] == "removed" else every
        return answer({"comments": wanted[first : first + int(query["limit"])]})

    server.routes["/comments"] = comments
    study = make_study("nhs_uk", url=server.url, organisations="RX1", key_env="K")
    assert collect(study.folder, now=later(0), environ={"K": "k1"})[0].new == 120
    assert recheck(study.folder, now=later(1), environ={"K": "k1"})[0].tombstoned == 2


def test_a_bad_key_that_leads_to_a_log_in_page_is_said(server: Server, make_study: Make) -> None:
    server.routes["/opinions"] = lambda query, asked: (302, {"Location": "/account/logon"}, b"")
    study = make_study("care_opinion", url=server.url, query="ward", key_env="K")
    with pytest.raises(PermissionRefused, match="asks for a log-in"):
        collect(study.folder, now=later(0), environ={"K": "bad"})
    assert server.asked[0][2]["authorization"] == "SUBSCRIPTION_KEY bad"


def test_the_command_line_registers_plans_collects_and_says_what_it_did(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Discourse(server)
    study = str(tmp_path / "s")
    assert run_app(["new", study, "--title", "S"]) == 0
    chosen = [
        "--source",
        "forum",
        "--from",
        "discourse",
        "--set",
        f"url={server.url}",
        "--set",
        "seconds_between=0",
    ]
    register = ["--set", "access_basis=consent", "--set", "lawful_basis=x", "--set", "dpia_ref=y"]
    assert run_app(["collect", study, *chosen, *register, "--dry-run"]) == 0
    assert "would ask" in capsys.readouterr().out
    assert server.asked == []
    assert run_app(["collect", study]) == 0
    assert "33 new or changed posts" in capsys.readouterr().out
    assert run_app(["recheck", study, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["tombstoned"] == 0
    server.faults["/latest.json"] = [(503, {}, b"")] * 9
    assert run_app(["collect", study]) == 7


def test_a_stream_is_listened_to_and_only_what_is_meant_is_kept(
    loopback: None, make_study: Make
) -> None:
    def event(did: str, key: str, text: str | None, at: int) -> str:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-02-01T10:00:00Z"}
        commit = {
            "operation": "create" if text else "delete",
            "collection": "app.bsky.feed.post",
            "rkey": key,
        }
        return json.dumps(
            {
                "did": did,
                "time_us": at,
                "kind": "commit",
                "commit": commit | ({"record": record} if text else {}),
            }
        )

    said: list[str] = []

    def talk(stream: ServerConnection) -> None:
        said.append(stream.request.path if stream.request else "")
        if "cursor" not in said[-1]:
            stream.send(event("did:plc:a", "1", "my endometriosis story", 100))
            stream.send(event("did:plc:b", "2", "look at my cat", 200))
            stream.send(event("did:plc:c", "3", "of an account that is meant", 300))
        else:
            stream.send(event("did:plc:c", "3", None, 400))

    with serve(talk, "127.0.0.1", 0) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        url = f"ws://127.0.0.1:{running.socket.getsockname()[1]}/subscribe"
        study = make_study("jetstream", url=url, words="endo*", actors="did:plc:c", seconds=5)
        assert collect(study.folder, now=later(0))[0].new == 2
        assert found_in(study.folder, "look at my cat") == []
        assert collect(study.folder, now=later(1))[0].tombstoned == 1
        running.shutdown()
        thread.join()
    assert "cursor=300" in said[1]
    assert list(standing(study).values()) == ["my endometriosis story"]
    with pytest.raises(SourceError, match="could not be listened to"):
        collect(study.folder, now=later(2))
    everybody = make_study("jetstream", folder="everybody", url=url)
    with pytest.raises(InputError, match="everybody's posts"):
        collect(everybody.folder, now=later(0))


def test_a_post_from_the_future_hides_none_that_come(server: Server, make_study: Make) -> None:
    written = [{"id": 1, "date": "2039-01-01T00:00:00", "modified": "2039-01-01T00:00:00"}]

    def rows_of(kind: str) -> Callable[..., tuple[int, dict[str, str], bytes]]:
        def give(query: dict[str, str], asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            since = query.get("modified_after", query.get("after", ""))
            found = [
                {
                    **row,
                    "link": f"{server.url}/?p={row['id']}",
                    "content": {"rendered": f"<p>{kind} {row['id']}</p>"},
                    "title": {"rendered": "t"},
                }
                for row in written
                if str(row["modified"]) > since
            ]
            return answer(
                found if kind == "article" else [],
                200,
                **{"X-WP-Total": "1", "X-WP-TotalPages": "1"},
            )

        return give

    server.routes["/wp-json/wp/v2/posts"] = rows_of("article")
    server.routes["/wp-json/wp/v2/comments"] = rows_of("comment")
    study = make_study("wordpress", url=server.url)
    assert collect(study.folder, now=later(0))[0].new == 1
    written.append({"id": 2, "date": "2026-03-02T00:00:00", "modified": "2026-03-02T00:00:00"})
    assert collect(study.folder, now=later(48))[0].new == 1
