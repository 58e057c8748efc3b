"""Nobody else comes in: other names, other sites, old tokens, paths that climb."""

from pathlib import Path

import pytest

from bedside.explore.doors import Identity, OneToken
from tests.explore.client import BASE, TOKEN, Client


def test_the_token_opens_one_session_and_only_once(study: Path) -> None:
    client = Client.of(study, enter=False)
    assert client.get("/sources").status_code == 403
    assert client.get("/enter?token=wrong").status_code == 403
    assert client.get(f"/enter?token={TOKEN}").headers["location"] == "/"
    assert client.get("/sources").status_code == 200
    other = Client(client.app)
    assert other.get(f"/enter?token={TOKEN}").status_code == 403
    assert other.get("/sources").status_code == 403


def test_a_session_of_before_a_restart_is_refused(study: Path) -> None:
    before, after = Client.of(study), Client.of(study, enter=False)
    after.cookies = before.cookies
    assert after.get("/sources").status_code == 403


def test_the_cookie_is_for_our_pages_alone(study: Path) -> None:
    client = Client.of(study, enter=False)
    cookie = client.get(f"/enter?token={TOKEN}").headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", "", "[::2]"])
def test_another_host_name_is_refused_even_with_the_cookie(study: Path, host: str) -> None:
    client = Client.of(study)
    assert client.get("/sources", host=host).status_code == 421
    assert client.get("/sources", host="localhost:9").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_sign(
    study: Path, headers: dict[str, str]
) -> None:
    client = Client.of(study)
    assert client.post("/sources", headers=headers).status_code == 403
    assert (
        client.post("/sources", headers={"origin": BASE}).status_code == 405
    )  # let in: that page takes no form


def test_a_form_without_the_sign_is_refused(study: Path) -> None:
    client = Client.of(study)
    assert client.post("/sources", signed=False).status_code == 403
    assert client.post("/sources", {"sign": "0" * 64}, signed=False).status_code == 403


def test_a_form_that_is_too_long_is_refused(study: Path) -> None:
    client = Client.of(study)
    assert client.post("/sources", {"memo": "x" * 1_100_000}).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(study: Path, method: str) -> None:
    assert Client.of(study).ask(method, "/sources", {}).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2fapp.py",
        "/../../etc/passwd",
        "/static/explore.css%00.js",
    ],
)
def test_a_path_that_climbs_finds_nothing(study: Path, path: str) -> None:
    answer = Client.of(study).get(path)
    assert answer.status_code == 404 and "make_app" not in answer.text


def test_every_answer_forbids_scripts_frames_and_sniffing(study: Path) -> None:
    client = Client.of(study)
    for answer in (client.get("/sources"), client.get("/nothing"), client.get("/", host="evil")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_going_on_after_entering_stays_on_this_server(study: Path) -> None:
    client = Client.of(study, enter=False)
    answer = client.get(f"/enter?token={TOKEN}&to=//evil.example/")
    assert answer.headers["location"] == "/"


def test_two_studies_have_cookies_of_their_own() -> None:
    doors = [OneToken(TOKEN, Identity(), study=name) for name in ("a", "b")]
    assert doors[0].cookie != doors[1].cookie
