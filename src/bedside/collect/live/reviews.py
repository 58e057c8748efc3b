"""Reviews of care: the NHS.uk comments API and Care Opinion (version 2). Neither was tried on the real service."""

from collections.abc import Mapping
from typing import Any

from bedside.collect.live.exchange import (
    Credential,
    Cursor,
    Known,
    LiveSource,
    Observed,
    Request,
    Response,
    Setting,
    Steps,
    json_of,
    pages,
)

__all__ = ["CARE_OPINION", "NHS_UK"]

PAGE = 100
GONE = (404, 410)
LISTS = ("comments", "Comments", "opinions", "items", "results")


def _rows(response: Response) -> list[Any]:
    """The reviews of an answer, whether it is a list or holds one."""
    answer = json_of(response) if response.ok else []
    if isinstance(answer, list):
        return answer
    return next((answer[key] for key in LISTS if isinstance(answer.get(key), list)), [])


def _offset(name: str) -> Any:
    """Next page by the number of rows to skip, until a page is not full."""

    def following(asked: Request, response: Response) -> Request | None:
        rows = _rows(response)
        if len(rows) < PAGE:
            return None
        skip = int(dict(asked.params)[name]) + len(rows)
        turned = tuple((key, str(skip) if key == name else value) for key, value in asked.params)
        return Request(url=asked.url, params=turned, land=asked.land, answers=asked.answers)

    return following


def _nhs(settings: Mapping[str, Any], code: str, status: str, land: str, since: str) -> Request:
    params = [
        ("odsCode", code), ("orgType", settings["organisation_type"]), ("status", status), ("fromDate", since),
        ("limit", str(PAGE)), ("offset", "0"),
    ]  # fmt: skip
    return Request(
        url=f"{settings['url']}/comments", params=tuple(p for p in params if p[1]), land=land
    )


def _collect_nhs(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Published comments of each organisation, from the day of the last round on."""
    for code in settings["organisations"]:
        request = _nhs(settings, code, "published", "nhs_uk", cursor.get("day", ""))
        yield from pages(request, _offset("offset"))
    return {"day": settings["today"]}


def _recheck_nhs(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Ask which comments were removed; the service lists them."""
    ours = {post.native_id: post for post in known}
    for code in settings["organisations"]:
        gone: set[str] = set()

        def following(asked: Request, response: Response, into: set[str] = gone) -> Request | None:
            into.update(str(row.get("id") or row.get("commentId")) for row in _rows(response))
            further: Request | None = _offset("offset")(asked, response)
            return further

        yield from pages(_nhs(settings, code, "removed", "", ""), following)
        for native in sorted(gone & ours.keys()):
            yield Observed(post_id=ours[native].post_id, state="removed_by_platform")
    return {}


def _collect_opinions(settings: Mapping[str, Any], cursor: Cursor) -> Steps:
    """Stories with their responses, newest last."""
    params = [
        ("q", settings["query"]), ("healthservice", ",".join(settings["organisations"])),
        ("submittedonafter", cursor.get("day", "")), ("take", str(PAGE)), ("skip", "0"),
    ]  # fmt: skip
    request = Request(
        url=f"{settings['url']}/opinions",
        params=tuple(pair for pair in params if pair[1]),
        land="care_opinion",
    )
    yield from pages(request, _offset("skip"))
    return {"day": settings["today"]}


def _recheck_opinions(settings: Mapping[str, Any], known: tuple[Known, ...]) -> Steps:
    """Ask for each story again."""
    for post in known:
        if post.kind != "review":
            continue
        url = f"{settings['url']}/opinions/{post.native_id}"
        response = yield Request(url=url, land="care_opinion", answers=GONE)
        if response is not None and response.status in GONE:
            yield Observed(post_id=post.post_id, state="removed_by_platform")
    return {}


NHS_UK = LiveSource(
    name="nhs_uk",
    licence_note="NHS.uk comments API: a key; honour status=removed.",
    settings=(
        Setting(name="url", about="the interface", default="https://api.nhs.uk"),
        Setting(
            name="organisations", about="ODS codes, separated by commas", many=True, needed=True
        ),
        Setting(name="organisation_type", about="such as GPP or HOS"),
        Setting(name="key_env", about="environment variable with the subscription key"),
    ),
    collect=_collect_nhs,
    recheck=_recheck_nhs,
    credential=Credential(kind="header", setting="key_env", name="subscription-key", needed=True),
    seconds_between=0.5,
    verified="answers written after its documentation; not tried on the real service",
    robots=False,
)
CARE_OPINION = LiveSource(
    name="care_opinion",
    licence_note="Care Opinion: subscription terms; five requests a second.",
    settings=(
        Setting(name="url", about="the interface", default="https://www.careopinion.org.uk/api/v2"),
        Setting(name="query", about="words to search for"),
        Setting(name="organisations", about="NACS codes of services", many=True),
        Setting(name="key_env", about="environment variable with the subscription key"),
    ),
    collect=_collect_opinions,
    recheck=_recheck_opinions,
    credential=Credential(
        kind="header", setting="key_env", prefix="SUBSCRIPTION_KEY ", needed=True
    ),
    seconds_between=0.25,
    verified="answers written after its documentation; not tried on the real service",
    robots=False,
)
