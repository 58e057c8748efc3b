"""Temporary files: a folder for each process, so that one which only reads does not sweep away another's work."""

import os
import shutil
import tempfile
from pathlib import Path

from bedside.store.files import storage_errors

__all__ = ["own_folder"]


def own_folder(spill: Path) -> Path:
    """Make a temporary folder for this process; what processes that ended left behind is removed.

    Parameters
    ----------
    spill : Path
        The study's folder of temporary files.

    Returns
    -------
    Path
        `<process id>-<random>`; whoever asked removes it.

    Raises
    ------
    StorageError
        If it cannot be made.
    """
    for left in spill.glob("*") if spill.exists() else []:
        owner = left.name.partition("-")[0]
        if not (owner.isdigit() and _runs(int(owner))):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
    with storage_errors("temporary files"):
        spill.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=spill, prefix=f"{os.getpid()}-"))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
