"""Blog posts as an RSS feed with the whole text in content:encoded."""

from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from bedside.simulate.formats.frame import Frame, html_paragraphs
from bedside.simulate.item import HOSTS, Item
from bedside.simulate.world import World

__all__ = ["FRAMES", "write"]

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
    f"<channel><title>Simulated blogs</title><link>https://{HOSTS['blog']}/</link>"
    "<description>Posts of people who do not exist</description>\n"
)
FRAMES = (Frame("blog_feed", "xml", HEAD.encode(), b"\n", b"\n</channel></rss>\n", parts=True),)


def write(items: list[Item], world: World, block: int) -> list[tuple[str, list[bytes]]]:
    """Entries of a block."""
    return [("blog_feed", [_entry(item).encode() for item in items])]


def _entry(item: Item) -> str:
    when = format_datetime(datetime.fromtimestamp(item.created, UTC))
    # angle brackets and ampersands are escaped inside the paragraphs, so CDATA cannot end early
    return (
        f"<item><title>{escape(item.title or 'Untitled', quote=False)}</title><link>{escape(item.native_id)}</link>"
        f'<guid isPermaLink="false">{escape(item.native_id)}</guid><pubDate>{when}</pubDate>'
        f"<dc:creator>{escape(item.account.handle)}</dc:creator>"
        f"<content:encoded><![CDATA[{html_paragraphs(item.text)}]]></content:encoded></item>"
    )
