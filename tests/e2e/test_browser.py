"""A citizen's way through the real pages, in a real browser."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.async_api import expect
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tests.e2e.browser import DESK, PHONE, PRIVATE, STORY, Open, Screen, photo
from tests.e2e.conftest import Stack

pytest_plugins = ["tests.e2e.browser"]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]
