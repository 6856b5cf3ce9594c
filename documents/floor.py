"""The least that the libraries do as they come: what the benchmark sets our own work beside."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from reportlab.pdfgen.canvas import Canvas


def stock_document(key: Path) -> bytes:
    """A page with one line in a built-in font, signed by a ``SimpleSigner`` loaded from the PKCS#12 at
    ``key``.
    """
    page = BytesIO()
    canvas = Canvas(page)
    canvas.drawString(72, 720, "Copia de denuncia")
    canvas.showPage()
    canvas.save()
    load: Callable[..., SimpleSigner] = SimpleSigner.load_pkcs12
    signer = load(str(key), passphrase=None)
    signed = sign_pdf(IncrementalPdfFileWriter(page), PdfSignatureMetadata(field_name="Firma"), signer=signer)
    return bytes(signed.getvalue())
