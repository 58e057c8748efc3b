"""A study opened for a team: who comes in, how, for how long, and what each may do."""

import asyncio
import json
import re
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from argon2 import PasswordHasher
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_socket import enable_socket, socket_allow_hosts

from bedside.errors import InputError, NotFoundError
from bedside.explore.people import ROLES, People, rights
from bedside.explore.team import IDLE, WHOLE, Throttle
from bedside.explore.team_serving import Listening, team_app
from bedside.store.study import create_study, open_study
from tests.explore.conftest import Axe

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "four plain words here"  # noqa: S105
BASE = "https://study.test"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now


def emptied(folder: Path) -> People:
    """The team of a study without anybody: copies of one study share what lies beside its keys."""
    people = People(open_study(folder), QUICK)
    for member in people.all():
        people.remove(member.name)
    return people


class Team:
    """The explorer of a study behind its log-in, asked without a socket."""

    def __init__(self, folder: Path, **roles: str) -> None:
        self.folder, self.clock = folder, Clock()
        self.people = emptied(folder)
        for name, role in roles.items():
            self.people.add(name, role.split("+"), PASSWORD)
        self.app = team_app(folder, frozenset({"study.test"}), clock=self.clock, people=self.people)
        self.cookies = httpx.Cookies()

    def ask(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        base: str = BASE,
        **headers: str,
    ) -> httpx.Response:
        """One request; cookies are kept."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url=base, cookies=self.cookies
            ) as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                more: dict[str, Any] = {"data": form} if form is not None else {}
                answer = await client.request(method, path, headers=named, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(asked())

    def log_in(self, name: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
        """Send the form to log in."""
        return self.ask("POST", "/login", {"name": name, "password": password}, **headers)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """GET, following nothing."""
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, form: dict[str, str]) -> httpx.Response:
        """POST a form with the session's sign."""
        sign = self.get("/sources").text.partition('data-sign="')[2].partition('"')[0]
        return self.ask("POST", path, form | {"sign": sign})

    def entrances(self) -> list[dict[str, str]]:
        """Who came in or was refused, as it was written down."""
        lines = (self.folder / "entrances.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def team(own_study: Path) -> Team:
    return Team(
        own_study, Ann="lead", Ben="coder", Cy="reader", Dee="safety officer", Eve="reader+raw text"
    )


def test_without_a_session_there_is_the_form_to_log_in_and_nothing_else(team: Team) -> None:
    for path in ("/sources", "/", "/sources.json", "/enter?token=x", "/report/documents/csv"):
        answer = team.get(path)
        assert answer.status_code == 303 and answer.headers["location"] == "/login"
    form = team.get("/login")
    assert form.status_code == 200 and 'type="password"' in form.text
    assert "default-src 'none'" in form.headers["content-security-policy"]
    assert "max-age" in form.headers["strict-transport-security"]
    assert team.ask("POST", "/report", {"do": "begin"}).status_code == 303
    assert not (team.folder / "plan.toml").exists()


def test_who_logs_in_decides_under_their_own_name(team: Team) -> None:
    answer = team.log_in("ann")
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert re.search("__Host-bedside", cookie)
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=strict"))
    page = team.get("/sources")
    assert page.status_code == 200 and "Ann: sees masked text" in page.text
    (snapshot,) = (team.folder / "snapshots").glob("*.parquet")
    key = pq.read_table(snapshot)["post_key"][0].as_py()
    assert team.post("/crisis", {"post": key, "words": "please look"}).status_code == 303
    assert "Ann: " in team.get("/crisis").text


def test_a_wrong_password_reads_as_a_wrong_name(team: Team) -> None:
    wrong, nobody = team.log_in("Ann", "not the words at all"), team.log_in("Zed")
    assert wrong.status_code == nobody.status_code == 403
    assert wrong.text == nobody.text and "Name or password is wrong" in wrong.text
    assert "set-cookie" not in wrong.headers
    assert [e["what"] for e in team.entrances()] == ["refused", "refused"]
    assert [e["who"] for e in team.entrances()] == ["Ann", ""]


def test_failures_are_throttled_for_longer_and_longer(team: Team) -> None:
    for _ in range(5):
        assert team.log_in("Ann", "wrong words entirely").status_code == 403
    refused = team.log_in("Ann")
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) <= 31
    team.clock.now += timedelta(seconds=31)
    assert team.log_in("Ann", "wrong words entirely").status_code == 403
    team.clock.now += timedelta(seconds=31)
    assert team.log_in("Ann").status_code == 429
    team.clock.now += timedelta(seconds=31)
    assert team.log_in("Ann").status_code == 303


def test_the_throttle_forgets_and_is_bounded() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(50):
        throttle.failed("a")
    assert throttle.wait("a") == timedelta(minutes=15) and throttle.wait("b") == timedelta(0)
    throttle.passed("a")
    assert throttle.wait("a") == timedelta(0)
    for number in range(10_050):
        throttle.failed(f"n{number}")
    assert len(throttle._failures) <= 10_000


def test_a_session_ends_without_pages_and_after_a_day_of_work(team: Team) -> None:
    team.log_in("Ann")
    team.clock.now += IDLE
    assert team.get("/sources").headers.get("location") == "/login"
    team.log_in("Ann")
    end = team.clock.now + WHOLE
    while team.clock.now < end - timedelta(minutes=20):
        assert team.get("/sources").status_code == 200
        team.clock.now += timedelta(minutes=20)
    team.clock.now = end
    assert team.get("/sources").headers.get("location") == "/login"


def test_who_logs_out_is_out_and_the_cookie_is_worth_nothing(team: Team) -> None:
    team.log_in("Ann")
    kept = httpx.Cookies(team.cookies)
    assert team.post("/logout", {}).headers["location"] == "/login"
    team.cookies = kept
    assert team.get("/sources").status_code == 303
    assert team.entrances()[-1]["what"] == "left"


def test_a_cookie_that_was_made_up_or_changed_is_nobody_s(team: Team) -> None:
    team.log_in("Ann")
    name, value = next(iter(team.cookies.items()))
    for odd in (
        "",
        "x",
        ("A" if value[0] != "A" else "B") + value[1:],
        value + "x",
        "%C3%A9",
        value.partition(".")[0],
    ):
        team.cookies = httpx.Cookies()
        answer = team.get("/sources", cookie=f"{name}={odd}")
        assert answer.status_code == 303


def test_each_role_may_do_what_it_says_and_no_more(team: Team) -> None:
    may = {
        "Cy": {"/sources"},
        "Ben": {"/sources", "/coding"},
        "Dee": {"/sources", "/safety", "/crisis"},
        "Ann": {"/sources", "/coding", "/safety", "/crisis"},
    }
    for name, pages in may.items():
        team.cookies = httpx.Cookies()
        team.log_in(name)
        for page in ("/sources", "/coding", "/safety", "/crisis"):
            answer = team.get(page)
            assert answer.status_code == (200 if page in pages else 403), (name, page)
        decides = team.post("/report", {"do": "begin"}).status_code
        assert decides == (303 if name == "Ann" else 403), name


def test_raw_text_is_for_its_role_only(team: Team) -> None:
    for name, status in (("Ann", 403), ("Eve", 404)):
        team.cookies = httpx.Cookies()
        team.log_in(name)
        assert team.post("/raw/0000", {"why": "to see"}).status_code == status


def test_roles_and_removal_count_from_the_next_page_on(team: Team) -> None:
    team.log_in("Ben")
    assert team.get("/coding").status_code == 200
    team.people.change("Ben", ["reader"])
    assert team.get("/coding").status_code == 403
    team.people.remove("ben")
    assert team.get("/sources").status_code == 303


def test_another_host_name_and_a_form_of_another_site_are_refused(team: Team) -> None:
    assert team.ask("GET", "/login", base="https://evil.example").status_code == 421
    assert team.ask("GET", "/login", base="https://127.0.0.1").status_code == 421
    assert team.log_in("Ann", sec_fetch_site="cross-site").status_code == 403
    assert team.log_in("Ann", origin="https://evil.example").status_code == 403
    assert team.ask("POST", "/login", {"name": "Ann", "password": "x" * 20_000}).status_code == 413
    team.log_in("Ann")
    assert team.ask("POST", "/logout", {"sign": "made up"}).status_code == 403


def test_log_in_goes_on_within_this_server_only(team: Team) -> None:
    form = {"name": "Ann", "password": PASSWORD}
    assert team.ask("POST", "/login", form | {"to": "//evil.example"}).headers["location"] == "/"
    team.cookies = httpx.Cookies()
    assert team.ask("POST", "/login", form | {"to": "/sources"}).headers["location"] == "/sources"


# the list of people


def test_people_are_kept_beside_the_keys_as_hashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEDSIDE_KEYS", str(tmp_path / "keys"))
    study = create_study(tmp_path / "s", title="t")
    People(study).add("Ann", ["lead"], PASSWORD)
    (path,) = (tmp_path / "keys").glob("*.team.json")
    assert PASSWORD not in path.read_text() and "$argon2id$" in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    assert not list(study.folder.rglob("*team*"))
    assert People(study).check("ANN", PASSWORD) is not None
    assert People(study).check("Ann", PASSWORD + " ") is None


def test_what_the_list_refuses_is_said(tmp_path: Path) -> None:
    people = People(create_study(tmp_path / "s", title="t"), QUICK)
    people.add("Ann", ["lead"], PASSWORD)
    for name, roles, password, words in (
        ("ann", ["lead"], PASSWORD, "is in the team"),
        ("", ["lead"], PASSWORD, "needs a name"),
        ("B\n", ["lead"], PASSWORD, "needs a name"),
        ("B", ["leader"], PASSWORD, "is not known"),
        ("B", [], PASSWORD, "needs a role"),
        ("B", ["lead"], "short", "12 characters"),
    ):
        with pytest.raises(InputError, match=words):
            people.add(name, roles, password)
    with pytest.raises(NotFoundError, match="nobody in the team"):
        people.remove("Zed")
    assert rights(list(ROLES)) == {"read", "code", "decide", "safety", "raw"}


# the server itself


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that signed itself, for loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert, secret


def _bedside(*arguments: object, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bedside", *map(str, arguments)]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def served(own_study: Path, tmp_path: Path) -> Iterator[tuple[str, ssl.SSLContext]]:
    """`bedside open --team --listen`, running on loopback under a certificate of its own."""
    cert, key = _certificate(tmp_path)
    emptied(own_study)
    done = _bedside(
        "team", "add", own_study, "Ann", "--role", "lead", "--password-stdin", given=f"{PASSWORD}\n"
    )
    assert done.returncode == 0, done.stderr
    command = [
        sys.executable, "-m", "bedside", "open", str(own_study), "--team", "--listen", "127.0.0.1:0",
        "--cert", str(cert), "--key", str(key), "--host", "localhost",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"https://localhost:(\d+)/", line)
    assert found, process.communicate()[1]
    enable_socket()
    socket_allow_hosts(["127.0.0.1", "localhost"], allow_unix_socket=True)
    yield found[1], ssl.create_default_context(cafile=str(cert))
    process.terminate()
    assert not process.communicate(timeout=20)[1]


@pytest.mark.e2e
def test_a_team_logs_in_over_tls_and_plain_http_gets_nothing(
    served: tuple[str, ssl.SSLContext],
) -> None:
    port, trusted = served
    with httpx.Client(
        base_url=f"https://localhost:{port}", verify=trusted, timeout=60, trust_env=False
    ) as client:
        assert client.get("/sources").headers["location"] == "/login"
        assert client.post("/login", data={"name": "Ann", "password": "wrong"}).status_code == 403
        assert client.post("/login", data={"name": "Ann", "password": PASSWORD}).status_code == 303
        assert client.get("/sources").status_code == 200
        assert client.get("/sources", headers={"host": "evil.example"}).status_code == 421
        assert client.get("/sources", headers={"host": f"127.0.0.1:{port}"}).status_code == 421
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"http://localhost:{port}/login", timeout=20, trust_env=False)


@pytest.mark.e2e
def test_the_page_to_log_in_is_read_by_everybody_and_lets_the_right_person_in(
    served: tuple[str, ssl.SSLContext], browser: Any, axe: Axe
) -> None:
    context = browser.new_context(
        base_url=f"https://localhost:{served[0]}", ignore_https_errors=True
    )
    page = context.new_page()
    page.goto("/coding")
    assert "/login" in page.url
    assert axe(page) == []
    page.set_viewport_size({"width": 400, "height": 860})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="log in").click()
    page.get_by_role("alert").wait_for()  # a page that answers a form comes when it comes
    assert axe(page) == []
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="log in").click()
    page.get_by_role("navigation").first.wait_for()
    assert "Log in" not in page.title()
    assert axe(page) == []
    context.close()


@pytest.mark.e2e
def test_a_team_is_not_served_without_tls_names_or_people(own_study: Path, tmp_path: Path) -> None:
    cert, key = _certificate(tmp_path)
    emptied(own_study)
    tls = ("--cert", cert, "--key", key)
    for options, words in (
        (("--team",), "--listen HOST:PORT"),
        (("--listen", "127.0.0.1:0"), "--team"),
        (("--team", "--listen", "127.0.0.1:0", "--host", "localhost"), "over TLS only"),
        (("--team", "--listen", "127.0.0.1:0", *tls), "--host NAME"),
        (
            (
                "--team",
                "--listen",
                "127.0.0.1:0",
                "--host",
                "localhost",
                "--cert",
                key,
                "--key",
                key,
            ),
            "do not load",
        ),
        (("--team", "--listen", "8443", "--host", "localhost", *tls), "HOST:PORT"),
        (("--team", "--listen", "127.0.0.1:0", "--host", "*", *tls), "bare name"),
        (("--team", "--listen", "127.0.0.1:0", "--host", "localhost", *tls), "nobody could log in"),
    ):
        done = _bedside("open", own_study, *options)
        assert done.returncode == 2 and words in done.stderr, done.stderr


def test_an_address_is_read_with_its_port(tmp_path: Path) -> None:
    cert, key = _certificate(tmp_path)
    at = Listening.of("[::1]:8443", cert=cert, key=key, hosts=["Study.Example.org"])
    assert (at.host, at.port, at.hosts) == ("::1", 8443, frozenset({"study.example.org"}))
