"""Raw text: one post as it was collected, for a named person with the role, each look written down first (R27)."""

import numpy as np
import pyarrow.compute as pc
from starlette.routing import Route

from bedside.errors import InputError, NotFoundError
from bedside.explore.ground import Ground
from bedside.explore.house import Asked, House
from bedside.explore.pages.posts import find_post
from bedside.explore.text import harmless
from bedside.explore.view import View
from bedside.report.markup import join, tag
from bedside.report.page import paragraph
from bedside.store.imports import collected_dataset
from bedside.store.keys import load_keys
from bedside.store.looks import Look, note_look
from bedside.store.vault import open_page

__all__ = ["routes"]

COLUMNS = ("record_no", "title", "body", "url", "author_handle")
SHORTEST = 4  # letters of a reason


def routes(house: House) -> list[Route]:
    """A form's answer alone: no address opens raw text by itself."""
    return house.act("/raw/{key}", lambda asked: raw_view(house, asked), role="raw")


def raw_view(house: House, asked: Asked) -> View:
    """Write the look down, then open the vault.

    Raises
    ------
    InputError
        If no reason is given.
    """
    ground, why = house.ground(), asked.field("why")
    if len(why) < SHORTEST:
        raise InputError(
            "say in a few words why you must see it; it is written down with your name"
        )
    post = find_post(ground, asked.path["key"])
    note_look(
        ground.study,
        Look(
            at=house.clock(),
            who=asked.who.name,
            what=f"post {post['post_key']}: {why[:200]}",
            posts=1,
        ),
    )
    raw = _collected(ground, post["record_no"])
    texts = [
        tag("p", harmless(raw[name]), class_="text", dir="auto")
        for name in ("title", "body")
        if raw[name]
    ]
    return View(
        title="As it was collected",
        body=join([
            paragraph("Not masked: do not copy it, and do not look for its writer. This look is logged.", kind="told"),
            tag("article", *texts, class_="post alone", aria_label="Post"),
            paragraph(tag("a", "back to the masked post", href=f"/post/{post['post_key']}")),
        ]),
    )  # fmt: skip


def _collected(ground: Ground, record: int) -> dict[str, str]:
    """The record as it lies in the vault."""
    study = ground.study
    at = ground.reading.page_of(np.array([record], np.int64))
    table = open_page(
        study.folder / collected_dataset(study).pages[at].file,
        load_keys(study.config.id).vault,
        COLUMNS,
    )
    rows = table.filter(pc.equal(table["record_no"], record)).to_pylist()
    if not rows:
        raise NotFoundError("the vault holds this post no longer; give `bedside run`")
    return {name: str(value or "") for name, value in rows[0].items()}
