"""Contact: what the receiver needs to follow up (link, site, screen name), out of the vault (R6, R27)."""

from collections.abc import Collection

import msgspec

from bedside.store.imports import collected_pages
from bedside.store.keys import load_keys
from bedside.store.study import Study

__all__ = ["Contact", "contacts_of", "nameless_posts"]

COLUMNS = (
    "post_id",
    "url",
    "platform",
    "service",
    "community_name",
    "author_handle",
    "author_name",
    "place_country",
    "published_at",
)


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Where a post stands and under which name: identifying; shown to named people only, each look logged."""

    post_key: str
    link: str
    site: str
    screen_name: str
    name: str
    country: str
    published_at: str


def contacts_of(study: Study, post_keys: Collection[str]) -> list[Contact]:
    """Look posts up in the vault; the caller has checked the role and logged the look.

    Returns
    -------
    list of Contact
        By post_key; posts that the vault no longer holds are absent.
    """
    keys, wanted = load_keys(study.config.id), set(post_keys)
    found: dict[str, Contact] = {}
    for page in collected_pages(study, COLUMNS):
        for row in page.to_pylist():
            key = keys.post_key(row["post_id"])
            if key in wanted:
                site = " / ".join(
                    str(row[n]) for n in ("platform", "service", "community_name") if row[n]
                )
                found[key] = Contact(
                    post_key=key,
                    link=row["url"] or row["post_id"],
                    site=site,
                    screen_name=row["author_handle"] or "",
                    name=row["author_name"] or "",
                    country=row["place_country"] or "",
                    published_at=row["published_at"].isoformat() if row["published_at"] else "",
                )
    return [found[key] for key in sorted(found)]


def nameless_posts(study: Study, post_keys: Collection[str]) -> frozenset[str]:
    """Keys of posts whose account shows neither handle nor name; nobody sees either."""
    return frozenset(
        c.post_key for c in contacts_of(study, post_keys) if not c.screen_name and not c.name
    )
