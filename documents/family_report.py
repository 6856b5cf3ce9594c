"""The police report to the family court on violence against women or within the family, due in 24 hours.

Ley 30364, article 15-A (Decreto Legislativo 1386), and the minimum contents that its regulation asks for (Decreto
Supremo 009-2016-MIMP, as amended by Decreto Supremo 004-2019-MIMP). The station sends it; the program does not.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from documents import pages
from documents.fonts import FONT_FOLDER
from documents.frame import Frame, Kind, Paper
from documents.layout import (
    BODY,
    BODY_STRONG,
    BRONZE,
    GOLD_TINT,
    INK,
    LEFT,
    NOTE,
    RIGHT,
    SMALL,
    Cell,
    Column,
    Flow,
)
from documents.times import printed
from vocabulary.incidents import IncidentType
from vocabulary.sentences import sentence

_SIGNATURE_WIDTH = 230.0


@dataclass(frozen=True)
class Party:
    """Somebody whom the report names, in ready texts; what is not known is None.

    ``location`` is how to find the address: the regulation asks for a sketch of it.
    """

    full_name: str | None = None
    document: str | None = None
    address: str | None = None
    location: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Proceeding:
    """Something that the police did about the complaint, and when it was done if that is known."""

    description: str
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class FamilyReport(Paper):
    """Everything that the report prints, in ready texts; what is not known is None and is said to be so.

    ``filed_at`` is when the complaint was taken and ``due_at`` until when the report is due. ``statement_sha256`` is
    the hexadecimal SHA-256 of the complaint's canonical JSON. ``complainant`` is None where the victim complained in
    person; of somebody else of whom nothing is known it is an empty ``Party``. ``relationship`` is the accused's
    to the victim. ``measures_requested`` are those of protection that the court is asked for, ``risk`` is how high it
    was found to be. ``earlier_by_victim`` are the victim's complaints of similar facts, ``earlier_against_accused`` those
    against the accused of anything that the law punishes. ``public_official`` and ``firearms_licence`` are of the
    accused, the first in the sense of article 425 of the Código Penal. ``court`` is whom the report is for.
    """

    statement_sha256: str
    due_at: datetime
    court: str | None
    officer_name: str
    officer_rank: str
    victim: Party
    complainant: Party | None
    accused: Party
    relationship: str | None
    incident_type: IncidentType
    occurred: str | None
    place: str | None
    summary: str
    proceedings: tuple[Proceeding, ...]
    measures_requested: str | None
    risk: str | None
    earlier_by_victim: str | None
    earlier_against_accused: str | None
    public_official: str | None
    firearms_licence: str | None


def render(report: FamilyReport, *, font_folder: Path = FONT_FOLDER) -> bytes:
    """The report as unsigned PDF, as ``pages.render`` makes it."""
    return pages.render(frame_of(report), lambda flow: _fill(flow, report), font_folder=font_folder)


def frame_of(report: FamilyReport) -> Frame:
    """The parts of the report that every paper has."""
    return Frame(
        report,
        Kind.FAMILY_REPORT,
        subtitle=sentence("documents.family_report.subtitle"),
        statement_sha256=report.statement_sha256,
    )


def _fill(flow: Flow, report: FamilyReport) -> None:
    flow.space(6)
    flow.notice(
        sentence("documents.reserved.title"), sentence("documents.reserved.text"), colour=BRONZE, fill=GOLD_TINT
    )
    _term(flow, report)
    _party(flow, report, "victim", report.victim)
    if report.complainant is None:
        flow.heading(report.label("section.reporting_person"))
        flow.text(sentence("documents.family_report.victim_complained"), BODY)
    else:
        _party(flow, report, "reporting_person", report.complainant)
    _party(flow, report, "accused", report.accused)
    _facts(flow, report)
    _proceedings(flow, report)
    _background(flow, report)
    _officer(flow, report)
    pages.notices(flow, report, "report_declared", "report_sending", "check")


def _term(flow: Flow, report: FamilyReport) -> None:
    flow.heading(report.label("section.term"))
    flow.fields(
        [
            [report.field("court", report.court), report.field("reporting_station", report.station)],
            [report.field("taken_at", printed(report.filed_at)), report.field("due_at", printed(report.due_at))],
        ]
    )


def _party(flow: Flow, report: FamilyReport, name: str, party: Party) -> None:
    flow.heading(report.label(f"section.{name}"), with_room=90)
    flow.fields(
        [
            [report.field("full_name", party.full_name), report.field("document", party.document)],
            [report.field("phone", party.phone), report.field("email", party.email)],
            [report.field("address", party.address), report.field("location", party.location)],
        ]
    )


def _facts(flow: Flow, report: FamilyReport) -> None:
    flow.heading(report.label("section.incident"), with_room=70)
    flow.fields(
        [
            [
                report.field("incident_type", sentence(f"labels.incident_type.{report.incident_type}")),
                report.field("occurred", report.occurred),
            ],
            [report.field("place", report.place), report.field("relationship", report.relationship)],
        ]
    )
    flow.heading(report.label("section.summary"))
    flow.text(report.summary, BODY)


def _proceedings(flow: Flow, report: FamilyReport) -> None:
    flow.heading(report.label("section.proceedings"), with_room=70)
    if report.proceedings:
        columns = (
            Column(sentence("documents.proceedings.number"), 30),
            Column(report.label("proceedings.description"), RIGHT - LEFT - 30 - 150),
            Column(report.label("proceedings.done_at"), 150),
        )
        unknown = sentence("documents.field.unknown")
        flow.table(
            columns,
            [
                (
                    Cell(str(number), SMALL),
                    Cell(step.description, SMALL),
                    Cell(printed(step.done_at), SMALL) if step.done_at else Cell(unknown, NOTE),
                )
                for number, step in enumerate(report.proceedings, start=1)
            ],
        )
    else:
        flow.text(sentence("documents.proceedings.none"), BODY)
    flow.space(6)
    flow.fields([[report.field("measures_requested", report.measures_requested or _unrecorded())]])


def _background(flow: Flow, report: FamilyReport) -> None:
    """What only registers tell: that a field is empty must not read as if they had been asked and held nothing."""
    flow.heading(report.label("section.background"), with_room=70)
    told: tuple[tuple[tuple[str, str | None], ...], ...] = (
        (("risk", report.risk),),
        (
            ("earlier_by_victim", report.earlier_by_victim),
            ("earlier_against_accused", report.earlier_against_accused),
        ),
        (("public_official", report.public_official), ("firearms_licence", report.firearms_licence)),
    )
    flow.fields([[report.field(name, text or _unrecorded()) for name, text in row] for row in told])
    if not all([report.measures_requested, *(text for row in told for _, text in row)]):
        flow.text(sentence("documents.background.note"), NOTE)


def _unrecorded() -> str:
    return sentence("documents.field.unrecorded")


def _officer(flow: Flow, report: FamilyReport) -> None:
    """The officer's name under a line for their hand: the digital signature is the service's, not theirs."""
    flow.heading(report.label("section.officer"), with_room=90)
    flow.space(32)
    flow.rule(LEFT, LEFT + _SIGNATURE_WIDTH, colour=INK)
    flow.space(3)
    flow.text(report.officer_name, BODY_STRONG)
    flow.text(report.officer_rank, BODY)
    flow.text(sentence("documents.officer.note"), NOTE)
