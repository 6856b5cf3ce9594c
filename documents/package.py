"""The PDF file around the pages: language, title, dates, colours and the files attached to it, as PDF/A-3a
(ISO 19005-3) asks for them.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any, cast
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from documents.layout import HEIGHT, WIDTH

_unended = pdfdoc.PDFStream.format


def _ended(stream: Any, document: Any) -> bytes:
    """ReportLab puts ``endstream`` right behind the content; PDF/A wants an end of line between them."""
    return bytes(_unended(stream, document).removesuffix(b"endstream\n") + b"\nendstream\n")


cast(Any, pdfdoc.PDFStream).format = _ended
rl_config.useA85 = 0  # pages as bytes: a quarter smaller, and a third of the drawing time

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{author}</xmp:CreatorTool><xmp:CreateDate>{stamp}</xmp:CreateDate><xmp:ModifyDate>{stamp}</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer><pdf:Keywords></pdf:Keywords>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
"""The metadata with the two standards that the file follows, and the schema of the second, which PDF/A does not know."""


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


def describe(canvas: Canvas, description: Description) -> None:
    """What the file is: its metadata as XMP, the same as in its information, and what its colours mean."""
    document = cast(Any, canvas)._doc  # ReportLab has no public way to add objects
    stamp = description.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {
        "title": description.title,
        "subject": description.subject,
        "author": description.author,
        "language": description.language,
        "producer": document.info.producer,
        "stamp": stamp,
    }
    metadata = _XMP.format(**{name: escape(value) for name, value in values.items()}).encode()
    document.Catalog.Metadata = _stream(metadata, {"Type": "Metadata", "Subtype": "XML"}, filters=[])
    profile = _stream(_srgb(), {}, filters=[pdfdoc.PDFZCompress])
    profile.dictionary["N"] = 3
    intent = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("OutputIntent"),
            "S": pdfdoc.PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": pdfdoc.PDFString("sRGB"),
            "DestOutputProfile": document.Reference(profile),
        }
    )
    _also(document, OutputIntents=pdfdoc.PDFArray([intent]))


def _stream(content: bytes, names: dict[str, str], *, filters: list[Any]) -> pdfdoc.PDFStream:
    stream = pdfdoc.PDFStream(content=content, filters=filters)
    for key, name in names.items():
        stream.dictionary[key] = pdfdoc.PDFName(name)
    return stream


def _also(document: Any, **entries: Any) -> None:
    """Entries of the catalogue that ReportLab does not know."""
    catalogue = document.Catalog
    catalogue.__Defaults__ = catalogue.__Defaults__ | entries


@cache
def _srgb() -> bytes:
    """The colour profile of screens, without the moment of its making."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made[:24] + bytes(12) + made[36:]


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
    _also(document, AF=pdfdoc.PDFArray(list(specifications.values())))
    document.Catalog.Names = pdfdoc.PDFDictionary(
        {"EmbeddedFiles": pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray(names)})}
    )
