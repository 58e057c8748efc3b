"""Figures and texts made by hand for the door."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bedside.model.figures import Evidence, Figure
from bedside.model.sources import Source
from bedside.release.gatelog import GateLog
from bedside.release.ledger import Ledger
from bedside.release.words import TextRow

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
MakeFigure = Callable[..., Figure]


def figure(measure: str, accounts: int | None, posts: int | None = None, **more: Any) -> Figure:
    """A figure whose set of posts is named by its measure and keys, as real evidence would."""
    keys = more.pop("keys", {})
    own = " ".join([measure, *(f"{k}={v}" for k, v in sorted(keys.items()))])
    of = more.pop("of", None)
    snapshot = more.pop("snapshot", "s-1")
    posts = accounts if posts is None else posts
    evidence = Evidence(posts_sql=more.pop("own", own), of_sql=of and of[0], snapshot=snapshot)
    return Figure(
        **{
            "id": f"ev-{own}",
            "measure": measure,
            "keys": keys,
            "unit": "accounts",
            "estimate": float(accounts or 0) if of is None else (accounts or 0) / max(of[1], 1),
            "hits_accounts": accounts,
            "hits_posts": posts,
            "of_accounts": of and of[1],
            "of_posts": of and of[-1],
            "basis": "counted" if of is None else "machine",
            "evidence": evidence,
            **more,
        }
    )


def roles(*counts: int, total: int | None = None, snapshot: str = "s-1") -> list[Figure]:
    """Accounts by role, each role a share of all accounts."""
    of = ("everybody", total if total is not None else sum(counts))
    return [
        figure("roles.share", n, keys={"role": f"r{i}", "of": "accounts"}, of=of, snapshot=snapshot)
        for i, n in enumerate(counts)
    ]


def rows(*texts: str, account: str = "a", source: str = "forum") -> list[TextRow]:
    """Each text a post of an account of its own."""
    return [TextRow(f"p{i}", f"{account}{i}", source, text) for i, text in enumerate(texts)]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


@pytest.fixture
def gate(tmp_path: Path) -> GateLog:
    return GateLog(tmp_path)


@pytest.fixture
def register() -> dict[str, Source]:
    return {
        "forum": Source(
            name="forum",
            access_basis="consent",
            lawful_basis="Art. 9(2)(j) research",
            dpia_ref="DPIA 7",
            quotes="verbatim",
        ),
        "closed": Source(name="closed", access_basis="platform_terms", quotes="none"),
    }
