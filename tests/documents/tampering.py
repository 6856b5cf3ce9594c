"""Ways to change a paper, by whoever has the file, and by whoever also has our time-stamping authority's ear."""

import re
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import cms, core
from cryptography import x509
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfTimeStamper, sign_pdf
from pyhanko.sign.validation.dss import DocumentSecurityStore
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from documents.signing import Signer, TimeStamper, Writer, stamp_field, to_asn1

type Change = Callable[[Any], None]


def flipped(pdf: bytes, place: int, bit: int = 0) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ (1 << bit)]) + pdf[place + 1 :]


def another_digit(pdf: bytes, place: int) -> bytes:
    """One hexadecimal digit of a container exchanged for another."""
    return pdf[:place] + (b"1" if pdf[place : place + 1] == b"0" else b"0") + pdf[place + 1 :]


def gaps(pdf: bytes) -> list[tuple[int, int]]:
    """Where each signature's container lies, with its angle brackets."""
    return [(int(start), int(end)) for start, end in re.findall(rb"/ByteRange\s*\[0 (\d+) (\d+)", pdf)]


def with_container(pdf: bytes, container: bytes, number: int = 0) -> bytes:
    """Another container in a signature's place, filled up with zeroes."""
    start, end = gaps(pdf)[number]
    digits = container.hex().upper().encode().ljust(end - start - 2, b"0")
    assert len(digits) == end - start - 2
    return pdf[: start + 1] + digits + pdf[end - 1 :]


def container_of(pdf: bytes, number: int = 0) -> cms.ContentInfo:
    start, end = gaps(pdf)[number]
    return cms.ContentInfo.load(bytes.fromhex(pdf[start + 1 : end - 1].decode()))


def without_stamp(pdf: bytes) -> bytes:
    """The signature's time-stamp taken out of its container."""
    container = container_of(pdf)
    info = container["content"]["signer_infos"][0]
    bare = cms.SignerInfo({name: info[name] for name in info if name != "unsigned_attrs"})
    container["content"]["signer_infos"] = [bare]
    return with_container(pdf, container.dump())


def with_stamp_of(pdf: bytes, other: bytes) -> bytes:
    """The time-stamp of another file's signature."""
    container, taken = container_of(pdf), container_of(other)
    info = container["content"]["signer_infos"][0]
    info["unsigned_attrs"] = taken["content"]["signer_infos"][0]["unsigned_attrs"].copy()
    return with_container(pdf, container.dump())


def with_longer_length(container: cms.ContentInfo) -> None:
    """The signed attributes' length written with a needless zero byte (BER), all around it adapted."""
    info = container["content"]["signer_infos"][0]
    content = info["signed_attrs"].contents
    longer = b"\xa0\x83" + len(content).to_bytes(3) + content
    info["signed_attrs"] = cms.CMSAttributes.load(longer, tag_type="implicit", tag=0)
    assert longer in container.dump()


def with_certificate(certificate: x509.Certificate) -> Callable[[cms.ContentInfo], None]:
    """One more certificate among those that a container carries."""

    def add(container: cms.ContentInfo) -> None:
        content = container["content"]
        content["certificates"] = [
            *content["certificates"],
            cms.CertificateChoices("certificate", to_asn1(certificate)),
        ]

    return add


def with_something_unsigned(container: cms.ContentInfo) -> None:
    info = container["content"]["signer_infos"][0]
    info["unsigned_attrs"] = [cms.CMSAttribute({"type": "1.2.3.4", "values": [core.Integer(1)]})]


def changed_container(pdf: bytes, change: Callable[[cms.ContentInfo], None], number: int = 0) -> bytes:
    container = container_of(pdf, number)
    change(container)
    return with_container(pdf, container.dump(), number)


def changed_stamp(pdf: bytes, change: Callable[[cms.ContentInfo], None]) -> bytes:
    """The time-stamp of the signature changed in its container."""

    def through(container: cms.ContentInfo) -> None:
        info = container["content"]["signer_infos"][0]
        token = cms.ContentInfo.load(info["unsigned_attrs"][0]["values"][0].dump())
        change(token)
        info["unsigned_attrs"] = [cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})]

    return changed_container(pdf, through)


def signed_otherwise(signer: Signer, pdf: bytes, **settings: Any) -> bytes:
    """Signed with the same key, by pyHanko as it comes."""
    fixed: dict[str, Any] = {"subfilter": SigSeedSubFilter.PADES, "md_algorithm": "sha256"}
    metadata = PdfSignatureMetadata(**({"field_name": "Firma"} | fixed | settings))
    output = sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), metadata, signer=signer._cms)
    return bytes(output.getvalue())


def updated(pdf: bytes, change: Change) -> bytes:
    """Changed by an update at the end of the file."""
    writer, output = Writer(BytesIO(pdf)), BytesIO()
    change(writer)
    writer.write(output)
    return output.getvalue()


def sealed(
    pdf: bytes, change: Change, time_stamper: TimeStamper, *, material: bool = True, name: str | None = None
) -> bytes:
    """Changed by an update that also adds validation material and a document time-stamp over all of it."""
    writer, output = Writer(BytesIO(pdf)), BytesIO()
    change(writer)
    if material:
        known = [to_asn1(certificate) for certificate in time_stamper.certificates]
        DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=known)
    name = name or stamp_field(len(gaps(pdf)))
    PdfTimeStamper(time_stamper, field_name=name, readable_field_name=name).timestamp_pdf(
        writer, "sha256", bytes_reserved=2 * time_stamper.room, output=output
    )
    return output.getvalue()


def nothing(writer: Any) -> None:
    return None


def another_title(writer: Any) -> None:
    writer.trailer["/Info"]["/Title"] = TextStringObject("COPIA DE DENUNCIA 1")
    writer.mark_update(writer.trailer.raw_get("/Info"))


def a_new_information_dictionary(writer: Any) -> None:
    writer.set_info(DictionaryObject({NameObject("/Title"): TextStringObject("Otra")}))


def another_metadata(writer: Any) -> None:
    content = writer.root["/Metadata"].data.replace(b"COPIA DE DENUNCIA", b"COPIA SIN DENUNCIA")
    stream = StreamObject(stream_data=content)
    stream["/Type"], stream["/Subtype"] = NameObject("/Metadata"), NameObject("/XML")
    writer.root["/Metadata"] = writer.add_object(stream)
    writer.update_root()


def _first_page(writer: Any) -> Any:
    pages = writer.root["/Pages"]
    return pages["/Kids"][0]


def another_content(writer: Any) -> None:
    page = _first_page(writer)
    page["/Contents"] = writer.add_object(StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)


def the_content_overwritten(writer: Any) -> None:
    page = _first_page(writer)
    reference = page.raw_get("/Contents").reference
    writer.objects[(reference.generation, reference.idnum)] = StreamObject(stream_data=b"BT ET")


def an_annotation(writer: Any) -> None:
    page = _first_page(writer)
    box = ArrayObject([NumberObject(number) for number in (50, 50, 550, 800)])
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Square"),
            NameObject("/Rect"): box,
        }
    )
    before = page.get("/Annots", ArrayObject())
    page["/Annots"] = ArrayObject([*(before.raw_get(place) for place in range(len(before))), writer.add_object(note)])
    writer.update_container(page)


def without_the_annotation(writer: Any) -> None:
    page = _first_page(writer)
    kept = page["/Annots"]
    others = [kept.raw_get(place) for place in range(len(kept)) if kept[place]["/Subtype"] != "/Square"]
    assert len(others) == len(kept) - 1
    page["/Annots"] = ArrayObject(others)
    writer.update_container(page)


def no_pages_but_the_first(writer: Any) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"] = ArrayObject([pages["/Kids"].raw_get(0)])
    pages["/Count"] = NumberObject(1)
    writer.update_container(pages)


def another_font(writer: Any) -> None:
    fonts = _first_page(writer)["/Resources"]["/Font"]
    font = fonts[next(iter(fonts))]
    font["/BaseFont"] = NameObject("/Courier")
    writer.update_container(font)


def another_attachment(writer: Any) -> None:
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    file = names[1]["/EF"]
    content = file["/F"].data.replace(b"2026", b"2025")
    file["/F"] = file["/UF"] = writer.add_object(StreamObject(stream_data=content))
    writer.update_container(file)


def no_attachments(writer: Any) -> None:
    del writer.root[NameObject("/Names")]
    writer.update_root()


def another_root(writer: Any) -> None:
    root = DictionaryObject({key: writer.root.raw_get(key) for key in writer.root})
    root["/Lang"] = TextStringObject("en")
    writer.trailer["/Root"] = writer.add_object(root)


def an_action_at_opening(writer: Any) -> None:
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
    writer.root["/OpenAction"] = DictionaryObject({NameObject(key): value for key, value in script.items()})
    writer.update_root()


def a_text_field(writer: Any) -> None:
    form = writer.root["/AcroForm"]
    field = {"/FT": NameObject("/Tx"), "/T": TextStringObject("Monto"), "/V": TextStringObject("S/ 1.00")}
    reference = writer.add_object(DictionaryObject({NameObject(key): value for key, value in field.items()}))
    form["/Fields"] = ArrayObject([*(form["/Fields"].raw_get(i) for i in range(len(form["/Fields"]))), reference])
    writer.update_container(form)


def an_empty_signature_field(writer: Any) -> None:
    append_signature_field(writer, SigFieldSpec("Firma del juez"))


def many_objects(writer: Any) -> None:
    for _ in range(20_000):
        writer.add_object(TextStringObject("x"))


def validation_material_that_is_none(writer: Any) -> None:
    hidden = writer.add_object(StreamObject(stream_data=b"escondido"))
    writer.root["/DSS"] = writer.add_object(DictionaryObject({NameObject("/OCSPs"): ArrayObject([hidden])}))
    writer.update_root()


def an_object_that_nothing_needs(writer: Any) -> None:
    writer.add_object(TextStringObject("escondido"))


def another_validation_material(writer: Any) -> None:
    store = writer.root["/DSS"]
    store["/Certs"] = ArrayObject()
    writer.update_container(store)


def copied(pdf: bytes) -> bytes:
    output = BytesIO()
    copy_into_new_writer(PdfFileReader(BytesIO(pdf))).write(output)
    return output.getvalue()


def linearised(pdf: bytes, folder: Path) -> bytes:
    """Rewritten by qpdf for the web."""
    source, target = folder / "in.pdf", folder / "out.pdf"
    source.write_bytes(pdf)
    subprocess.run(["qpdf", "--linearize", source, target], check=True)
    return target.read_bytes()


def printed_again(pdf: bytes, folder: Path) -> bytes:
    """As a printer to PDF makes it."""
    source, target = folder / "in.pdf", folder / "out.pdf"
    source.write_bytes(pdf)
    subprocess.run(["pdftocairo", "-pdf", source, target], check=True)
    return target.read_bytes()


def photographed(pdf: bytes, folder: Path) -> bytes:
    """Its pages as pictures, on new pages."""
    (folder / "in.pdf").write_bytes(pdf)
    subprocess.run(["pdftocairo", "-png", "-r", "50", folder / "in.pdf", folder / "page"], check=True)
    output = BytesIO()
    canvas = Canvas(output)
    for picture in sorted(folder.glob("page*.png")):
        canvas.drawImage(ImageReader(str(picture)), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return output.getvalue()
