"""Office files whose bytes say only what is in them, not when they were written."""

from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

__all__ = ["LONG_AGO", "same_bytes"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can tell
LONG_AGO = datetime(2000, 1, 1)
"""Time of making of parts that carry no date of their own."""


def same_bytes(data: bytes) -> bytes:
    """An office file with the times of its parts left out, so that the same content gives the same bytes."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            about = ZipInfo(name, _EPOCH)
            about.compress_type = ZIP_DEFLATED
            new.writestr(about, old.read(name))
    return out.getvalue()
