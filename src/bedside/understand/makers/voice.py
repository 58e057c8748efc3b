"""Role of the writer and whose experience is told (F20, F21)."""

from collections.abc import Iterable
from dataclasses import dataclass

from bedside.understand.doc import Doc
from bedside.understand.marks import Proposal

__all__ = ["VOICE", "VoiceMaker"]


@dataclass(frozen=True)
class VoiceMaker:
    """Marks `role` (with `role_detail` in a slot) and `experiencer`: exactly one of each per post."""

    name: str = "voice"
    version: str = "4"
    layers: tuple[str, ...] = ("role", "experiencer")
    languages: tuple[str, ...] = ("en",)

    def propose(self, doc: Doc) -> Iterable[Proposal]:
        """Role and experiencer of a post."""
        voice = doc.voice
        yield Proposal("role", voice.role, voice.places, score=voice.score, group=0, slot="role")
        if voice.detail:
            yield Proposal(
                "role",
                voice.detail,
                voice.places[:1],
                score=voice.score,
                group=0,
                slot="role_detail",
            )
        yield Proposal("experiencer", voice.experiencer, voice.places, score=voice.score)


VOICE = VoiceMaker()
