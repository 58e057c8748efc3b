"""The settings of a study: what `study.toml` may say."""

from typing import Literal

import msgspec

__all__ = [
    "Controller",
    "Crisis",
    "EngineSettings",
    "Judging",
    "LanguageModel",
    "Privacy",
    "Safety",
    "StudyConfig",
    "Team",
]


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
