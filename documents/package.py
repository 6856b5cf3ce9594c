"""The PDF file around the pages: language, title, dates, and the files attached to it."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, cast

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from documents.layout import HEIGHT, WIDTH

rl_config.useA85 = 0  # pages as bytes: a quarter smaller, and a third of the drawing time


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF. ``relationship`` is its PDF/A-3 tie to the document: ``Source`` or ``Data``.

    A ``plain`` one is stored uncompressed, so that a damaged file still shows what it claims to be.
    """

    name: str
    description: str
    media_type: str
    content: bytes
    relationship: str
    plain: bool = False


@dataclass(frozen=True)
class Description:
    """What the file says of itself to its reader."""

    title: str
    subject: str
    author: str
    language: str
    created_at: datetime


def new_canvas(target: BytesIO, description: Description, *, first_font: str) -> Canvas:
    """A canvas whose bytes depend on what is drawn and on the description alone.

    ``first_font`` is what every page begins with: a registered font, so that no built-in one is referred to.
    """
    canvas = Canvas(
        target,
        pagesize=(WIDTH, HEIGHT),
        invariant=1,
        pageCompression=1,
        pdfVersion=(1, 7),
        lang=description.language,
        initialFontName=cast(Any, first_font),
    )
    canvas.setTitle(description.title)
    canvas.setSubject(description.subject)
    canvas.setAuthor(description.author)
    canvas.setCreator(description.author)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    stamp = description.created_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
    canvas.setDateFormatter(lambda *_parts: stamp)
    return canvas


def attach(canvas: Canvas, attachments: tuple[Attachment, ...], *, modified_at: datetime) -> None:
    """Embed files, listed both in the document's name tree and as its associated files."""
    document = cast(Any, canvas)._doc  # ReportLab has no public way to add objects
    stamp = modified_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
    specifications = {}
    for attachment in attachments:
        document.updateSignature(attachment.content)
        stream = pdfdoc.PDFStream(content=attachment.content, filters=[] if attachment.plain else [pdfdoc.PDFZCompress])
        stream.dictionary["Type"] = pdfdoc.PDFName("EmbeddedFile")
        stream.dictionary["Subtype"] = "/" + attachment.media_type.replace("/", "#2F")
        stream.dictionary["Params"] = pdfdoc.PDFDictionary(
            {
                "Size": len(attachment.content),
                "ModDate": pdfdoc.PDFString(stamp),
                "CheckSum": pdfdoc.PDFText(hashlib.md5(attachment.content, usedforsecurity=False).digest(), enc="raw"),
            }
        )
        file = document.Reference(stream)
        specifications[attachment.name] = document.Reference(
            pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("Filespec"),
                    "F": pdfdoc.PDFString(attachment.name),
                    "UF": pdfdoc.PDFString(attachment.name),
                    "Desc": pdfdoc.PDFString(attachment.description),
                    "AFRelationship": pdfdoc.PDFName(attachment.relationship),
                    "EF": pdfdoc.PDFDictionary({"F": file, "UF": file}),
                }
            )
        )
    names: list[object] = []
    for name in sorted(specifications):
        names += [pdfdoc.PDFString(name), specifications[name]]
    catalogue = document.Catalog
    catalogue.__Defaults__ = catalogue.__Defaults__ | {"AF": pdfdoc.PDFArray(list(specifications.values()))}
    catalogue.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray(names)})})
