"""What is remembered of a live source between rounds, in the open: numbers and days, nothing of any post."""

from datetime import datetime

import msgspec

from bedside.store.files import clear_folder, read_json
from bedside.store.study import Study

__all__ = ["LiveState", "forget_live", "live_state"]


class LiveState(msgspec.Struct, frozen=True, kw_only=True):
    """Rounds so far, and when the source was last collected and last looked at again."""

    rounds: int = 0
    collected: datetime | None = None
    rechecked: datetime | None = None


def live_state(study: Study, source: str) -> LiveState:
    """The state of a source; empty before its first round."""
    path = study.folder / "live" / source / "state.json"
    return read_json(path, LiveState) if path.exists() else LiveState()


def forget_live(study: Study) -> None:
    """Forget cursors and rounds under way, because something was erased: they may name it.

    The next round reads from the start; what is known is not taken in again, and what was erased is left out.
    """
    folder = study.folder / "live"
    clear_folder(folder, frozenset(folder.glob("*/state.json")))
