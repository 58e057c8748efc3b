"""What figures rest on besides the machine: the study's judged samples, and a key that changes with them."""

from bedside.codebook import Codebook
from bedside.errors import InputError, suggest
from bedside.judge.decisions import has_log, open_log
from bedside.judge.judged import JudgedSamples
from bedside.judge.qualifying import disqualify, own_makers, own_rules
from bedside.judge.samples import list_samples
from bedside.measure.judging import JudgedShares
from bedside.store.files import content_key
from bedside.store.stages import Ask
from bedside.store.study import Study
from bedside.understand.llm.marks import answers_key

__all__ = ["judged_key", "judged_shares", "mark_disqualified"]

MARGINS = ("source", "platform", "kind", "community", "lang", "account_kind", "place_country")


def judged_shares(study: Study, ask: Ask, book: Codebook) -> JudgedShares | None:
    """What people decided, ready to be asked for shares; None where no sample was drawn."""
    if not any(sample.estimates for sample in list_samples(study)):
        return None
    margins = study.config.judge.margins
    unknown = sorted(set(margins) - set(MARGINS))
    if unknown:
        raise InputError(
            f"study.toml, [judge] margins: '{unknown[0]}' is no column to weigh by; {suggest(unknown[0], MARGINS)}"
        )
    judgements = JudgedSamples(study, ask, book)
    return JudgedShares(ask, judgements, margins=margins)


def judged_key(study: Study, book: Codebook) -> str:
    """Hash of what figures rest on besides the makers: samples, decisions, looks, own rules, a model's answers."""
    counted = answers_key(study, book)
    samples = list_samples(study)
    if not samples:
        return content_key(counted) if counted else ""
    drawn = [path.read_bytes() for path in sorted((study.folder / "samples").glob("*.json"))]
    makers = own_makers()
    layers = sorted({layer for s in samples for layer in (s.layers or [b.layer for b in book])})
    rules = [own_rules(study, layer, makers) for layer in layers]
    state: tuple[int, ...] = ()
    if has_log(study):
        with open_log(study) as log:
            state = log.state()
    authors = sorted(study.config.judge.rule_authors)
    return content_key(*drawn, rules, list(state), authors, study.config.judge.margins, counted)


def mark_disqualified(study: Study) -> None:
    """Mark the samples that lost a layer since: its own rules changed after somebody looked."""
    if list_samples(study) and has_log(study):
        with open_log(study) as log:
            disqualify(study, log.looks())
