"""A site's robots.txt, as RFC 9309 reads it."""

from collections.abc import Callable
from urllib.robotparser import RobotFileParser

from bedside.collect.live.exchange import origin_of
from bedside.errors import PermissionRefused, SourceError

__all__ = ["Robots"]

OK, FIRST_CLIENT_ERROR, FIRST_SERVER_ERROR = 200, 400, 500
MOST_BYTES = 512 << 10  # RFC 9309: at least 500 kibibytes must be read


class Robots:
    """What sites allow; each is asked once.

    Parameters
    ----------
    fetch : callable
        URL -> (status, text).
    agent : str
        The User-Agent; its first word is the name that robots.txt may address.
    """

    def __init__(self, fetch: Callable[[str], tuple[int, str]], agent: str) -> None:
        self._fetch, self._agent = fetch, agent.partition("/")[0]
        self._rules: dict[str, RobotFileParser] = {}

    def check(self, url: str) -> float:
        """Refuse an address that the site keeps from robots; gives the pause it asks for, in seconds.

        Raises
        ------
        PermissionRefused
            If robots.txt forbids it.
        SourceError
            If the site cannot say: a server error counts as "everything is forbidden" (RFC 9309, 2.3.1.4).
        """
        origin = origin_of(url)
        if origin not in self._rules:
            self._rules[origin] = self._read(origin)
        rules = self._rules[origin]
        if not rules.can_fetch(self._agent, url):
            raise PermissionRefused(
                f"robots.txt of {origin} keeps this address from programs; ask the site's owner, and record the answer "
                "as operator_consent and robots = false under [live] of the source"
            )
        return float(rules.crawl_delay(self._agent) or 0)

    def _read(self, origin: str) -> RobotFileParser:
        status, text = self._fetch(f"{origin}/robots.txt")
        rules = RobotFileParser()
        if status >= FIRST_SERVER_ERROR:
            raise SourceError(
                f"{origin} cannot give its robots.txt ({status}); collect again later"
            )
        says = status == OK and "<html" not in text[:500].lower()
        rules.parse(text[:MOST_BYTES].splitlines() if says else [])  # no rules: all is allowed
        rules.modified()
        return rules
