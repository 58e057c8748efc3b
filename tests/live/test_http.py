"""The client of live sources: polite with busy servers, clear about refusals, bounded with endless ones."""

import datetime
import ipaddress
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bedside.collect.live.credentials import Wallet
from bedside.collect.live.exchange import Credential, Request
from bedside.collect.live.http import Client, Manners
from bedside.errors import PermissionRefused, SourceError
from tests.live.server import Server

HASTY = Manners(attempts=3, seconds_between=0.0, read_seconds=0.5, most_bytes=10_000)
OK = b'{"fine": true}'


def client(
    manners: Manners = HASTY, *, robots: bool = False, wallet: Wallet | None = None
) -> Client:
    return Client(manners, wallet or Wallet(None, {}), contact="a@b.example", obey_robots=robots)


@pytest.mark.parametrize(
    "fault",
    [
        (429, {"Retry-After": "0"}, b""),
        (
            429,
            {
                "Retry-After": "Sun, 01 Mar 2026 12:00:00 GMT",
                "Date": "Sun, 01 Mar 2026 12:00:00 GMT",
            },
            b"",
        ),
        (503, {}, b"busy"),
        (500, {}, b"<html>oops"),
        (200, {"Content-Encoding": "gzip"}, b"not gzip at all"),
        "cut",
        "silent",
        "slow",
    ],
)
def test_a_fault_that_passes_is_waited_out(server: Server, fault: object) -> None:
    server.page("/x", OK)
    server.faults["/x"] = [fault, fault]  # type: ignore[list-item]
    with client() as asks:
        assert asks.ask(Request(url=f"{server.url}/x")).body == OK
    assert server.paths() == ["/x"] * 3


def test_a_server_that_stays_busy_ends_the_round_with_advice(server: Server) -> None:
    server.faults["/x"] = [(503, {}, b"")] * 9
    with (
        client() as asks,
        pytest.raises(SourceError, match="3 times in a row; what came before is kept"),
    ):
        asks.ask(Request(url=f"{server.url}/x"))


def test_a_pause_longer_than_our_patience_is_told(server: Server) -> None:
    server.faults["/x"] = [(429, {"Retry-After": "3600"}, b"")]
    with client() as asks, pytest.raises(SourceError, match=r"pause of 3,600 s.*after that time"):
        asks.ask(Request(url=f"{server.url}/x"))
    assert len(server.paths()) == 1, "not asked again before its time"


def test_who_asks_is_said(server: Server) -> None:
    server.page("/x", OK)
    with client() as asks:
        asks.ask(Request(url=f"{server.url}/x"))
    agent = server.asked[0][2]["user-agent"]
    assert agent.startswith("bedside/")
    assert "a@b.example" in agent


@pytest.mark.parametrize(
    "reply",
    [
        (302, {"Location": "/users/login?next=/x"}, b""),
        (302, {"Location": "https://id.example/auth"}, b""),
        (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html>Please log in"),
        (401, {}, b"{}"),
        (403, {}, b"{}"),
    ],
)
def test_a_page_that_wants_a_log_in_is_no_answer(server: Server, reply: object) -> None:
    server.faults["/x"] = [reply]  # type: ignore[list-item]
    with client() as asks, pytest.raises(PermissionRefused, match="asks for a log-in"):
        asks.ask(Request(url=f"{server.url}/x"))


def test_another_site_is_not_followed_and_the_same_one_is(server: Server) -> None:
    server.page("/new", OK)
    server.routes["/x"] = lambda query, asked: (301, {"Location": "/new"}, b"")
    server.routes["/away"] = lambda query, asked: (
        302,
        {"Location": "https://other.example/x"},
        b"",
    )
    server.routes["/round"] = lambda query, asked: (302, {"Location": "/round"}, b"")
    with client() as asks:
        assert asks.ask(Request(url=f"{server.url}/x")).body == OK
        with pytest.raises(SourceError, match=r"on to other\.example"):
            asks.ask(Request(url=f"{server.url}/away"))
        with pytest.raises(SourceError, match="in circles"):
            asks.ask(Request(url=f"{server.url}/round"))


def test_an_answer_without_end_is_left(server: Server) -> None:
    server.page("/x", b"<rss>" + b"x" * 50_000, "application/rss+xml")
    with client() as asks, pytest.raises(SourceError, match="does not end"):
        asks.ask(Request(url=f"{server.url}/x", expects="any"))


def test_robots_txt_is_asked_once_and_obeyed(server: Server) -> None:
    server.page("/robots.txt", b"User-agent: bedside\nDisallow: /private/\n", "text/plain")
    server.page("/open", OK)
    with client(robots=True) as asks:
        asks.ask(Request(url=f"{server.url}/open"))
        with pytest.raises(PermissionRefused, match="keeps this address from programs"):
            asks.ask(Request(url=f"{server.url}/private/x"))
    assert [path for path, _, _ in server.asked] == ["/robots.txt", "/open"]


def test_a_site_that_cannot_give_its_robots_txt_is_not_read(server: Server) -> None:
    server.page("/open", OK)
    server.faults["/robots.txt"] = [(503, {}, b"")] * 9
    with client(robots=True) as asks, pytest.raises(SourceError):
        asks.ask(Request(url=f"{server.url}/open"))
    assert "/open" not in server.paths()


def test_an_expired_token_is_fetched_anew_once(server: Server) -> None:
    tokens = iter(["old", "new"])

    def token(query: dict[str, str], asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        assert asked["authorization"].startswith("Basic ")
        return 200, {}, b'{"access_token": "%s"}' % next(tokens).encode()

    def thing(query: dict[str, str], asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        return (200, {}, OK) if asked["authorization"] == "Bearer new" else (401, {}, b"{}")

    server.routes.update({"/token": token, "/x": thing})
    credential = Credential(
        kind="client_credentials", setting="client_env", token_url=f"{server.url}/token"
    )
    wallet = Wallet(credential, {"client_env": "IT"}, {"IT": "id:secret"})
    with client(wallet=wallet) as asks:
        assert asks.ask(Request(url=f"{server.url}/x")).body == OK


def test_a_key_that_is_named_and_not_set_is_asked_for() -> None:
    credential = Credential(kind="query", setting="key_env", name="key")
    with pytest.raises(PermissionRefused, match="environment variable MY_KEY"):
        Wallet(credential, {"key_env": "MY_KEY"}, {}).check()


def test_a_certificate_for_another_name_is_refused(loopback: None, tmp_path: Path) -> None:
    with (
        _tls_server(tmp_path) as port,
        client() as asks,
        pytest.raises(SourceError, match="certificate of 127"),
    ):
        asks.ask(Request(url=f"https://127.0.0.1:{port}/x"))


class _tls_server:
    """A server whose certificate nobody has signed and that is for another host."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "other.example")])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]),
                critical=False,
            )
            .sign(key, hashes.SHA256())
        )
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / "both.pem").write_bytes(
            pem + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "both.pem")
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.http.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> int:
        self.thread.start()
        return self.http.server_port

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()
