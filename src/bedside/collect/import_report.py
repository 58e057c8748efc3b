"""What an import did, file by file: nothing is dropped silently, and no content is ever repeated."""

from collections import Counter
from typing import Any

import msgspec

__all__ = ["FileReport", "ImportReport", "Reject"]

NOT_VERIFIED = "mapping not verified on a real file"
SHOWN_REJECTS = 20  # in the text for people; the list has them all


class Reject(msgspec.Struct, frozen=True):
    """One record that was refused: where it stands and why, never what it says."""

    file: str
    locator: str
    reason: str


class FileReport(msgspec.Struct):
    """Counts of one file; `no_post` counts what the records without a post were."""

    file: str
    format: str = "none"
    verified: bool = False
    kept: int = 0
    tombstoned: int = 0
    rejected: int = 0
    no_post: Counter[str] = msgspec.field(default_factory=Counter)
    notes: Counter[str] = msgspec.field(default_factory=Counter)

    @property
    def read(self) -> int:
        """Records read: each is kept, tombstoned, rejected or no post."""
        return self.kept + self.tombstoned + self.rejected + self.no_post.total()


class ImportReport(msgspec.Struct):
    """Everything an import did; `import_path` fills it as it goes.

    Attributes
    ----------
    files : list of FileReport
    rejects : list of Reject
    """

    files: list[FileReport] = msgspec.field(default_factory=list)
    rejects: list[Reject] = msgspec.field(default_factory=list)

    @property
    def read(self) -> int:
        """Records read = kept + tombstoned + rejected + no_post."""
        return sum(file.read for file in self.files)

    @property
    def kept(self) -> int:
        """Records that became posts."""
        return sum(file.kept for file in self.files)

    @property
    def tombstoned(self) -> int:
        """Records of deleted posts, taken in without their words."""
        return sum(file.tombstoned for file in self.files)

    @property
    def rejected(self) -> int:
        """Records that could not be read."""
        return sum(file.rejected for file in self.files)

    @property
    def no_post(self) -> int:
        """Records that are no posts: users, counts, errors."""
        return sum(file.no_post.total() for file in self.files)

    @property
    def format(self) -> str:
        """Formats met, joined by a comma."""
        return ", ".join(sorted({file.format for file in self.files})) or "none"

    @property
    def verified(self) -> bool:
        """Whether every file's mapping was verified on a real file."""
        return bool(self.files) and all(file.verified for file in self.files)

    @property
    def notes(self) -> list[str]:
        """Notes of all files, each once, with how often it applied."""
        total: Counter[str] = Counter()
        for file in self.files:
            total.update(file.notes)
            if not file.verified and file.format != "none":
                total[f"{file.format}: {NOT_VERIFIED}"] += 1
        return [
            f"{note} (×{times})" if times > 1 else note for note, times in sorted(total.items())
        ]

    def reject(self, file: FileReport, locator: str, reason: str) -> None:
        """Count a rejected record and keep its place and reason."""
        file.rejected += 1
        self.rejects.append(Reject(file.file, locator, reason))

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        files = [{**msgspec.to_builtins(file), "read": file.read} for file in self.files]
        totals = {
            name: getattr(self, name)
            for name in ("read", "kept", "tombstoned", "rejected", "no_post")
        }
        return {**totals, "files": files, "rejects": msgspec.to_builtins(self.rejects)}

    def as_text(self) -> str:
        """The report for people.

        Examples
        --------
        >>> report = ImportReport([FileReport("a.jsonl", format="table", verified=True, kept=2)])
        >>> print(report.as_text())
        2 records read: 2 kept, 0 deleted at the source, 0 rejected, 0 no post
        a.jsonl (table): 2 read, 2 kept
        """
        head = (
            f"{self.read} records read: {self.kept} kept, {self.tombstoned} deleted at the source, "
            f"{self.rejected} rejected, {self.no_post} no post"
        )
        lines = [head, *(line for file in self.files for line in _file_lines(file))]
        for reject in self.rejects[:SHOWN_REJECTS]:
            lines.append(f"rejected: {reject.file} {reject.locator}: {reject.reason}")
        if len(self.rejects) > SHOWN_REJECTS:
            lines.append(f"… and {len(self.rejects) - SHOWN_REJECTS} more rejected")
        return "\n".join(lines)


def _file_lines(file: FileReport) -> list[str]:
    """The lines about one file."""
    counts = [f"{file.read} read", f"{file.kept} kept"]
    if file.tombstoned:
        counts.append(f"{file.tombstoned} deleted")
    if file.rejected:
        counts.append(f"{file.rejected} rejected")
    counts += [f"{times} no post ({what})" for what, times in sorted(file.no_post.items())]
    label = (
        file.format if file.verified or file.format == "none" else f"{file.format}, {NOT_VERIFIED}"
    )
    notes = [
        f"  {note}" + (f" (×{times})" if times > 1 else "")
        for note, times in sorted(file.notes.items())
    ]
    return [f"{file.file} ({label}): {', '.join(counts)}", *notes]
