"""The study: a folder with `study.toml` and everything derived from it."""

import fcntl
import re
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any, Literal, TypeVar

import msgspec

from bedside.errors import InputError, NotFoundError, StaleError, suggest
from bedside.model.sources import Source
from bedside.store.files import storage_errors, write_text
from bedside.store.keys import create_keys

__all__ = [
    "Controller",
    "Crisis",
    "EngineSettings",
    "Judging",
    "LanguageModel",
    "Privacy",
    "Safety",
    "Study",
    "StudyConfig",
    "create_study",
    "open_study",
    "read_toml",
    "register_source",
    "toml_text",
    "write_source",
]

T = TypeVar("T")


class Privacy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be shown: counts under `small_count` accounts are suppressed (R26).

    `unmasked_exchange`: whether files for other coding tools may hold text without masks. `mask_places`: whether places
    below a state are masked in text.
    """

    small_count: int = 8
    provider_minimum: int = 10
    round_to: int = 0
    mask_places: bool = True
    unmasked_exchange: bool = False


class Crisis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who acts on a crisis post and within how many hours (R28)."""

    who: str = ""
    within_hours: float = 0


class Judging(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How people judge.

    Attributes
    ----------
    coders : int
        People who code each post of a sample, each blind to the others.
    database : str
        Where decisions lie, such as `postgresql://host/name`; empty: a file in the study.
    rule_authors : list of str
        Coders who also write the study's own rules; empty: any of them might. A sample that an author looked at is
        lost to a layer whose rules change afterwards.
    margins : list of str
        Columns such as platform to whose sizes in the corpus judged posts are post-stratified.
    clinicians : list of str
        Coders who are health professionals: only they can judge an answer unsafe.
    """

    coders: int = 2
    database: str = ""
    rule_authors: list[str] = []
    margins: list[str] = []
    clinicians: list[str] = []


class Safety(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How cases are worked (docs/SAFETY.md).

    Attributes
    ----------
    officers : list of str
        People who may look into the vault for a case and hand it over; every look is logged.
    time_zone : str
        IANA name, such as Europe/London: days are those of this place.
    clock : str
        What starts the clock: `four_elements` (a person has seen it and the four elements are there), `first_seen`
        or `ingested`.
    regions : list of str
        Whose due dates are kept; names of the table of clocks.
    clocks : str
        A table of clocks of the study's own, a file in its folder; empty: the one that ships.
    hand_over_days : int
        Business days within which a case goes to the company.
    weekend, holidays : list of str
        Days that are no business days: names of weekdays; dates as YYYY-MM-DD.
    due_soon_days : int
    screen : str
        `told`: posts that tell of a harm or special situation; `named`: every post that names a product of the study too.
    episode_days : int
        A longer silence of an account about a product opens another episode.
    sender, sender_type, country, receiver : str
        Organisation that hands over, its type in E2B (3: health professional ... see docs), country where no post says
        one, and the receiver's identifier.
    """

    officers: list[str] = []
    time_zone: str = "UTC"
    clock: Literal["four_elements", "first_seen", "ingested"] = "four_elements"
    regions: list[str] = msgspec.field(default_factory=lambda: ["EU"])
    clocks: str = ""
    hand_over_days: int = 1
    weekend: list[str] = msgspec.field(default_factory=lambda: ["saturday", "sunday"])
    holidays: list[str] = []
    due_soon_days: int = 3
    screen: Literal["told", "named"] = "told"
    episode_days: int = 90
    sender: str = ""
    sender_type: int = 3
    country: str = ""
    receiver: str = ""


class Controller(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for the study: organisation, whom to write to, data-protection officer."""

    name: str = ""
    contact: str = ""
    officer: str = ""


class LanguageModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language model that proposes marks, where a study names one; `bedside llm` asks it.

    Attributes
    ----------
    endpoint : str
        Of a server that speaks OpenAI's chat completions, such as `http://localhost:11434/v1`.
    model : str
        As the server calls it.
    layers : list of str
        Layers that it is asked about.
    remote : bool
        Whether masked text may go to a server that is not on this machine.
    counts : bool
        Whether its marks count in figures; else they are proposals in queues, shown and scored.
    structured : str
        How an answer is bound to its form: json_schema | json_object | none.
    timeout_seconds : float
    most_per_minute : int
        Requests; 0 = as many as the server takes.
    price_in, price_out : float
        Of a million tokens read and written; for the costs shown.
    currency : str
    """

    endpoint: str = ""
    model: str = ""
    layers: list[str] = []
    remote: bool = False
    counts: bool = False
    structured: Literal["json_schema", "json_object", "none"] = "json_schema"
    timeout_seconds: float = 120
    most_per_minute: int = 0
    price_in: float = 0
    price_out: float = 0
    currency: str = "EUR"


class EngineSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What computes a run: this machine, or a Spark cluster (docs/SPARK.md).

    Attributes
    ----------
    kind : str
        `embedded` or `spark`.
    master : str
        Of the cluster: `spark://host:7077`, `k8s://https://host:443`, `yarn`, or `local[4]`; empty: this machine.
    python : str
        Python on the workers, with bedside installed; empty: the path of the one that runs here.
    vault : str
        Who opens the vault: `here`, so that the key and unmasked text stay on this machine, or `workers`, which then
        have the key in a folder of keys of their own; empty: `here`, but `workers` for a local master.
    conf : list of str
        Settings of Spark, such as `spark.executor.memory=4g`.
    timeout_seconds : float
        How long to wait for a master, and for a worker to take anything.
    log : str
        File for what Spark's driver says of the cluster; empty: nowhere.
    """

    kind: Literal["embedded", "spark"] = "embedded"
    master: str = ""
    python: str = ""
    vault: Literal["", "here", "workers"] = ""
    conf: list[str] = []
    timeout_seconds: float = 120
    log: str = ""


class Team(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Those who read and judged, in words for the report's checklist; no names.

    Attributes
    ----------
    credentials, occupation, gender, experience, assumptions : str
        Items 2 to 5 and 8 of COREQ, such as "two nurses, one of them a researcher".
    """

    credentials: str = ""
    occupation: str = ""
    gender: str = ""
    experience: str = ""
    assumptions: str = ""


class StudyConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`study.toml`.

    Attributes
    ----------
    id : str
        Names the study's key in the user's configuration folder.
    title, question : str
        What the report is called and what it asks.
    conditions, products : list of str
        What the study is about, in plain words.
    place : str
        ISO 3166 country (such as GB), or empty: only posts with that stated place are relevant.
    languages : list of str
        Languages that are analysed; posts in others are counted and left unread.
    query : str
        Boolean query that defines what is relevant; empty: every post is.
    whole_threads : bool
        Whether replies are relevant because the post that opened their thread is: "me too" names nothing.
    hashtags : list of str
        Hashtags of whose users is told what they praise and complain of in their care.
    """

    id: str
    title: str
    question: str = ""
    conditions: list[str] = []
    products: list[str] = []
    place: str = ""
    languages: list[str] = msgspec.field(default_factory=lambda: ["en"])
    query: str = ""
    whole_threads: bool = False
    hashtags: list[str] = []
    privacy: Privacy = Privacy()
    crisis: Crisis = Crisis()
    controller: Controller = Controller()
    judge: Judging = Judging()
    llm: LanguageModel = LanguageModel()
    safety: Safety = Safety()
    team: Team = Team()
    engine: EngineSettings = EngineSettings()


class Study:
    """An opened study: its folder, configuration and source register."""

    def __init__(self, folder: Path, config: StudyConfig, sources: dict[str, Source]) -> None:
        self.folder = folder
        self.config = config
        self.sources = sources

    @property
    def pages(self) -> Path:
        """Derived pages (Parquet), keys and masked text only."""
        return self.folder / "pages"

    @property
    def vault(self) -> Path:
        """Collected pages, encrypted."""
        return self.folder / "vault"

    @property
    def spill(self) -> Path:
        """Temporary files of engines; emptied at each start and end."""
        return self.folder / "tmp"

    def source(self, name: str) -> Source:
        """One source of the register.

        Raises
        ------
        NotFoundError
            If it is not registered.
        """
        if name not in self.sources:
            raise NotFoundError(
                f"no source '{name}' in the register of this study; {suggest(name, list(self.sources))}"
            )
        return self.sources[name]

    @property
    def busy(self) -> bool:
        """Whether another bedside is writing to this study now."""
        try:
            with (self.folder / ".lock").open("r") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the study for writing; a second writer is told so.

        Raises
        ------
        StaleError
            If another bedside is writing to this study.
        """
        with storage_errors("the study's lock"):
            lock = (self.folder / ".lock").open("w")
        with lock as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StaleError(
                    f"another bedside is working on {self.folder.name}; wait for it or stop it, then go on"
                ) from error
            yield


def read_toml(path: Path, kind: type[T]) -> T:
    """Read a TOML file as a record, with "did you mean" for a misspelt key.

    Raises
    ------
    InputError
        If the file is not TOML, lacks a key, has an unknown one, or a value of the wrong type.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is not readable as TOML: {error}") from error
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise InputError(f"{path.name}: {_explain(str(error), values, kind)}") from error


def _explain(message: str, values: Mapping[str, Any], kind: type) -> str:
    """Say which key was not understood and which was meant."""
    unknown = re.search(r"unknown field `([^`]+)`", message)
    if not unknown:
        return message
    at = re.search(r"at `\$\.([\w.]+)`", message)
    owner: Any = kind
    for step in at.group(1).split(".") if at else []:
        owner = {f.name: f.type for f in msgspec.structs.fields(owner)}[step]
    known = [f.encode_name for f in msgspec.structs.fields(owner)]
    where = f" in [{at.group(1)}]" if at else ""
    return f"unknown key '{unknown.group(1)}'{where}; {suggest(unknown.group(1), known)}"


def toml_text(values: Mapping[str, Any]) -> str:
    r"""Write a flat record (strings, numbers, booleans, lists of strings, one level of tables) as TOML.

    Examples
    --------
    >>> print(toml_text({"title": 'a "b"', "n": 1, "privacy": {"small_count": 8}}), end="")
    title = "a \"b\""
    n = 1
    <BLANKLINE>
    [privacy]
    small_count = 8
    """
    lines = [f"{k} = {_toml_value(v)}" for k, v in values.items() if not isinstance(v, Mapping)]
    for key, table in values.items():
        if isinstance(table, Mapping) and table:
            lines += ["", f"[{key}]", *(f"{k} = {_toml_value(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml_value(v) for v in value) + "]"
    return msgspec.json.encode(str(value)).decode()


def create_study(folder: Path, *, title: str, **settings: Any) -> Study:
    """Make a study folder with `study.toml`, and its key in the user's configuration folder.

    Parameters
    ----------
    folder : Path
        Must not hold a study yet.
    title : str
    **settings
        Further keys of `StudyConfig`.

    Raises
    ------
    InputError
        If there is a study already, or a setting has no meaning.
    """
    path = folder / "study.toml"
    if path.exists():
        raise InputError(f"{folder} already holds a study; open it, or choose another folder")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "study"
    values = {"id": f"{slug}-{secrets.token_hex(4)}", "title": title, **settings}
    try:
        config = msgspec.convert(msgspec.to_builtins(values), StudyConfig)
    except msgspec.ValidationError as error:
        raise InputError(f"study: {_explain(str(error), values, StudyConfig)}") from error
    folder.mkdir(parents=True, exist_ok=True)
    create_keys(config.id)
    write_text(path, toml_text(msgspec.to_builtins(config)))
    return Study(folder, config, {})


def open_study(folder: Path) -> Study:
    """Open a study folder.

    Raises
    ------
    NotFoundError
        If there is no `study.toml`.
    InputError
        If it or the register cannot be read.
    """
    path = folder / "study.toml"
    if not path.exists():
        raise NotFoundError(
            f"no study at {folder} (no study.toml); make one with: bedside new {quote(str(folder))}"
        )
    config = read_toml(path, StudyConfig)
    sources = {p.stem: _read_source(p) for p in sorted((folder / "sources").glob("*.toml"))}
    return Study(folder, config, sources)


def _read_source(path: Path) -> Source:
    """An entry of the register, as it may have been edited by hand."""
    source = read_toml(path, Source)
    if source.name != path.stem:
        raise InputError(
            f'{path.name} says name = "{source.name}"; the name and the file\'s name must be the same'
        )
    _check_source(source)
    return source


def _check_source(source: Source) -> None:
    """Refuse answers that have no meaning."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", source.name):
        raise InputError(
            f"source name '{source.name}' must be letters, digits, - and _, at most 64"
        )
    if not source.access_basis:
        raise InputError("a source needs access_basis: how did these posts come here?")
    for name, days in (
        ("retention_days", source.retention_days),
        ("recheck_days", source.recheck_days),
    ):
        if days < 0:
            raise InputError(
                f"source '{source.name}': {name} is {days}; give the days after collection, "
                "or 0 where no limit is stated"
            )


def register_source(study: Study, source: Source) -> Source:
    """Write a source into the register; the same entry again is no change.

    Raises
    ------
    InputError
        If the name is unfit for a file, an answer is missing, or the name is registered with other answers.
    """
    _check_source(source)
    known = study.sources.get(source.name)
    if known is not None and known != source:
        raise InputError(
            f"source '{source.name}' is registered with other answers; edit sources/{source.name}.toml to "
            "change them, or choose another name"
        )
    write_source(study, source)
    study.sources[source.name] = source
    return source


def write_source(study: Study, source: Source) -> None:
    """Write an entry of the register as it is now."""
    path = study.folder / "sources" / f"{source.name}.toml"
    write_text(path, toml_text(msgspec.to_builtins(source)))
