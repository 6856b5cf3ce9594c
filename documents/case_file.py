"""The whole file of a case on one signed paper: what was told, what was done, and the evidence with its chain of custody."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

from documents import pages
from documents.complaint_copy import STATEMENT_NAME, sized
from documents.fonts import FONT_FOLDER
from documents.frame import Frame, Kind, Paper
from documents.layout import (
    BODY,
    BRONZE,
    DIGEST,
    GOLD_TINT,
    LEFT,
    NOTE,
    RED,
    RIGHT,
    SMALL,
    SMALL_STRONG,
    Cell,
    Column,
    Flow,
    Picture,
)
from documents.package import Attachment
from documents.times import printed
from vocabulary.sentences import sentence

_WRONG = replace(SMALL_STRONG, colour=RED)
_SHORT = 44
"""Characters of a value that shares its row with another."""


@dataclass(frozen=True)
class Supplement:
    """What was added to the complaint: its text, its canonical JSON and when it was made."""

    made_at: datetime
    text: str
    statement_json: bytes


@dataclass(frozen=True)
class Event:
    """An entry of the handling: what it is, who made it and what they wrote, in ready texts. ``visible`` is whether the
    complainant sees it."""

    number: int
    at: datetime
    what: str
    who: str
    note: str | None
    visible: bool


@dataclass(frozen=True)
class Hand:
    """An entry of the chain of custody, in ready texts; ``intact`` is whether the file was then what had been received."""

    at: datetime
    what: str
    who: str
    intact: bool


@dataclass(frozen=True)
class Exhibit:
    """A piece of evidence: ``size`` in bytes, ``sha256`` in hexadecimal, ``preview`` a JPEG. ``words`` are what a machine made
    of a recording. A ``restricted`` one has neither."""

    name: str
    media_type: str
    size: int
    sha256: str
    received_at: datetime
    restricted: bool
    preview: bytes | None
    words: str | None
    hands: tuple[Hand, ...]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a case file tells, in ready texts, labelled where they come in pairs.

    ``requested_by`` is who had it made, and ``reason`` what for. ``statement_json`` and those of the supplements are
    attached as they are. ``handling`` is where the case stands, ``joined`` the cases that it was joined with.
    """

    requested_by: str
    reason: str
    handling: tuple[tuple[str, str], ...]
    narrative: str
    facts: tuple[tuple[str, str], ...]
    person: tuple[tuple[str, str], ...]
    statement_json: bytes
    supplements: tuple[Supplement, ...]
    joined: tuple[str, ...]
    events: tuple[Event, ...]
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, kw_only=True)
class CaseFile(Paper):
    """A case file of its number: each is another state of the case. ``filed_at`` is when the complaint was filed."""

    copy_number: int
    contents: Contents


def render(file: CaseFile, *, font_folder: Path = FONT_FOLDER) -> bytes:
    """The case file as unsigned PDF, as ``pages.render`` makes it."""
    told = [(STATEMENT_NAME, "statement", file.contents.statement_json)]
    told += [
        (f"ampliacion-{number}.json", "supplement", one.statement_json)
        for number, one in enumerate(file.contents.supplements, start=1)
    ]
    attachments = tuple(
        Attachment(name, sentence(f"documents.attachment.{kind}"), "application/json", content, "Source")
        for name, kind, content in told
    )
    return pages.render(
        frame_of(file), lambda flow: _fill(flow, file), attachments=attachments, font_folder=font_folder
    )


def frame_of(file: CaseFile) -> Frame:
    """The parts of the case file that every paper has."""
    return Frame(
        file,
        Kind.CASE_FILE,
        subtitle=sentence("documents.case_file.subtitle", number=file.copy_number),
        statement_sha256=hashlib.sha256(file.contents.statement_json).hexdigest(),
        copy_number=file.copy_number,
    )


def _fill(flow: Flow, file: CaseFile) -> None:
    contents = file.contents
    flow.space(6)
    flow.notice(
        sentence("documents.case_file.reserved_title"),
        sentence("documents.case_file.reserved"),
        colour=BRONZE,
        fill=GOLD_TINT,
    )
    _section(flow, file, "made", [file.field("made_by", contents.requested_by), file.field("reason", contents.reason)])
    _section(flow, file, "handling", contents.handling)
    _section(flow, file, "complainant", contents.person)
    _section(flow, file, "incident", contents.facts)
    _narrative(flow, file)
    for number, supplement in enumerate(contents.supplements, start=1):
        flow.heading(sentence("documents.case_file.supplement", number=number))
        flow.text(printed(supplement.made_at), NOTE)
        flow.space(3)
        flow.text(supplement.text, BODY, language=file.language)
    if contents.joined:
        flow.heading(file.label("section.joined"))
        flow.text("\n".join(contents.joined), BODY)
    _events(flow, file)
    _exhibits(flow, file)
    pages.notices(flow, file, "case_file", "check", "amendments", "privacy")


def _section(flow: Flow, file: CaseFile, name: str, fields: Sequence[tuple[str, str]]) -> None:
    if fields:
        flow.heading(file.label(f"section.{name}"))
        flow.fields(list(_rows(fields)))


def _rows(fields: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    """Short values two to a row, long ones alone."""
    for short, group in groupby(fields, key=lambda field: len(field[1]) <= _SHORT):
        several, step = list(group), 2 if short else 1
        for start in range(0, len(several), step):
            row = several[start : start + step]
            yield row if len(row) == step else [*row, ("", "")]


def _narrative(flow: Flow, file: CaseFile) -> None:
    flow.heading(file.label("section.narrative"))
    flow.text(sentence("documents.narrative.note"), NOTE)
    flow.space(3)
    flow.text(file.contents.narrative, BODY, language=file.language)


def _events(flow: Flow, file: CaseFile) -> None:
    flow.heading(file.label("section.events"), with_room=70)
    columns = (
        Column(sentence("documents.case_file.number"), 30),
        Column(sentence("documents.case_file.when"), 92),
        Column(sentence("documents.case_file.what"), RIGHT - LEFT - 30 - 92 - 82),
        Column(sentence("documents.case_file.seen_by"), 82),
    )
    flow.table(
        columns,
        [
            (
                Cell(str(event.number), SMALL),
                Cell(printed(event.at), SMALL, note=event.who),
                Cell(f"{event.what}\n{event.note}" if event.note else event.what, SMALL),
                Cell(
                    sentence(f"documents.case_file.{'visible' if event.visible else 'internal'}"),
                    SMALL if event.visible else SMALL_STRONG,
                ),
            )
            for event in file.contents.events
        ],
    )


def _exhibits(flow: Flow, file: CaseFile) -> None:
    exhibits = file.contents.exhibits
    flow.heading(file.label("section.exhibits"), with_room=70)
    if not exhibits:
        flow.text(sentence("documents.case_file.no_exhibits"), BODY)
        return
    flow.text(sentence("documents.evidence.note"), NOTE)
    flow.space(3)
    columns = (
        Column(sentence("documents.evidence.number"), 30),
        Column(file.label("evidence.description"), 178),
        Column(file.label("evidence.sha256"), RIGHT - LEFT - 30 - 178),
    )
    flow.table(
        columns,
        [
            (
                Cell(str(number), SMALL),
                Cell(_title(one), SMALL_STRONG, note=_description(one)),
                Cell(one.sha256, DIGEST),
            )
            for number, one in enumerate(exhibits, start=1)
        ],
    )
    _previews(flow, file)
    _words(flow, file)
    _custody(flow, file)


def _title(exhibit: Exhibit) -> str:
    return f"{exhibit.name} {sentence('documents.case_file.restricted')}" if exhibit.restricted else exhibit.name


def _description(exhibit: Exhibit) -> str:
    kind = sentence("documents.evidence.kind", media_type=exhibit.media_type, size=sized(exhibit.size))
    return f"{kind}\n{sentence('documents.case_file.received', moment=printed(exhibit.received_at))}"


def _previews(flow: Flow, file: CaseFile) -> None:
    pictures = [
        Picture(one.preview, sentence("documents.case_file.preview", number=number))
        for number, one in enumerate(file.contents.exhibits, start=1)
        if one.preview is not None
    ]
    if pictures:
        flow.heading(file.label("section.previews"), with_room=Picture.HIGH + 30)
        flow.text(sentence("documents.case_file.previews_note"), NOTE)
        flow.space(3)
        flow.pictures(pictures)


def _words(flow: Flow, file: CaseFile) -> None:
    spoken = [(number, one.words) for number, one in enumerate(file.contents.exhibits, start=1) if one.words]
    if spoken:
        flow.heading(file.label("section.words"), with_room=60)
        flow.text(sentence("documents.case_file.words_note"), NOTE)
        flow.space(3)
        flow.fields([[(sentence("documents.case_file.words", number=number), words)] for number, words in spoken])


def _custody(flow: Flow, file: CaseFile) -> None:
    flow.heading(file.label("section.custody"), with_room=70)
    columns = (
        Column(sentence("documents.case_file.exhibit"), 46),
        Column(sentence("documents.case_file.when"), 112),
        Column(sentence("documents.case_file.what"), RIGHT - LEFT - 46 - 112 - 82),
        Column(sentence("documents.case_file.digest"), 82),
    )
    flow.table(
        columns,
        [
            (
                Cell(str(number), SMALL),
                Cell(printed(hand.at), SMALL),
                Cell(hand.what, SMALL, note=hand.who),
                Cell(sentence("documents.case_file.intact"), SMALL)
                if hand.intact
                else Cell(sentence("documents.case_file.not_intact"), _WRONG),
            )
            for number, one in enumerate(file.contents.exhibits, start=1)
            for hand in one.hands
        ],
    )
