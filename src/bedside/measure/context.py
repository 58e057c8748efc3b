"""Context: what shapes every figure of a run besides the data."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from bedside.codebook import Codebook
from bedside.errors import InputError
from bedside.model.interventions import Intervention

if TYPE_CHECKING:
    from bedside.measure.judging import JudgedShares

__all__ = ["MeasureContext", "make_context"]

_CODE = re.compile(r"[A-Za-z0-9_:.\-]+")


class MeasureContext(msgspec.Struct, frozen=True, kw_only=True):
    """What shapes every figure of a run besides the data.

    Attributes
    ----------
    snapshot, codebook : str
        Id of the frozen posts; version of the codebook.
    makers : tuple of str
        Makers of the marks with their versions, such as `stage/2`.
    codes : dict of str to tuple of str
        Codes of each layer in the codebook's order; cells of these are present even at zero.
    stage_groups : dict of str to tuple of str
        The groups in which stages are reported, in order, each with its stages.
    conditions : tuple of str
        The study's conditions, by the names that marks give them.
    languages : tuple of str
        Languages that are analysed.
    place : str
        Country the study asks about; empty: any.
    provider_minimum : int
        Reviewers under which a provider enters no figure.
    solicited : tuple of str
        Sources whose reviews the provider asked for.
    named : tuple of str
        Names of products of which the safety screen flags every mention; empty: only what tells of harm.
    hashtags : tuple of str
        Hashtags that the study follows in care, in small letters without #.
    verdicts : dict of str to str
        What published sources say of each claim of the knowledge base: true, false, misleading or unproven.
    interventions : tuple of Intervention
        What the organisation itself did, and from which day on.
    judged : JudgedShares or None
        What people decided; every share that can be put to people rests on it where it holds enough.
    """

    snapshot: str
    codebook: str
    codes: dict[str, tuple[str, ...]]
    stage_groups: dict[str, tuple[str, ...]]
    makers: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    place: str = ""
    provider_minimum: int = 10
    solicited: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    verdicts: dict[str, str] = {}
    interventions: tuple[Intervention, ...] = ()
    judged: "JudgedShares | None" = None

    def __post_init__(self) -> None:
        """Refuse codes and hashtags that could not stand in a query."""
        for tag in self.hashtags:
            if not re.fullmatch(r"\w+", tag):
                raise InputError(
                    f"hashtag '{tag}' of study.toml holds a sign that hashtags cannot have; write letters, digits and _"
                )
        tables = (self.codes, self.stage_groups)
        codes = [code for table in tables for listed in table.values() for code in listed]
        for code in (*codes, *self.codes, *self.stage_groups, *self.languages, *self.solicited):
            if not _CODE.fullmatch(code):
                raise InputError(
                    f"code '{code}' holds a sign that codes cannot have; use letters, digits and _ : . -"
                )


def make_context(
    codebook: Codebook,
    *,
    snapshot: str,
    makers: Sequence[str] = (),
    conditions: Sequence[str] = (),
    languages: Sequence[str] = ("en",),
    place: str = "",
    provider_minimum: int = 10,
    solicited: Sequence[str] = (),
    named: Sequence[str] = (),
    hashtags: Sequence[str] = (),
    verdicts: Mapping[str, str] | None = None,
    interventions: Sequence[Intervention] = (),
    judged: "JudgedShares | None" = None,
) -> MeasureContext:
    """Context of a study: codes and stage groups are those of its codebook.

    Raises
    ------
    InputError
        If a code or language holds a sign that could not stand in a query.
    """
    return MeasureContext(
        snapshot=snapshot,
        codebook=codebook.version,
        codes={layer.layer: layer.names() for layer in codebook},
        stage_groups=codebook.layer("stage").members(),
        makers=tuple(makers),
        conditions=tuple(conditions),
        languages=tuple(languages),
        place=place,
        provider_minimum=provider_minimum,
        solicited=tuple(solicited),
        named=tuple(named),
        hashtags=tuple(dict.fromkeys(tag.lstrip("#").lower() for tag in hashtags)),
        verdicts=dict(verdicts or {}),
        interventions=tuple(interventions),
        judged=judged,
    )
