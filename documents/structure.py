"""The logical structure of a paper, for who listens to it instead of seeing it: PDF/UA-1 (ISO 14289-1).

Everything drawn belongs to an element of the tree or is an artifact; the tree's order is the order of reading.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas


class Role(StrEnum):
    """What an element is; the values are the standard types of ISO 32000-1, 14.8.4."""

    DOCUMENT = "Document"
    SECTION = "Sect"
    TITLE = "H1"
    HEADING = "H2"
    PARAGRAPH = "P"
    LIST = "L"
    LIST_ITEM = "LI"
    LIST_LABEL = "Lbl"
    LIST_BODY = "LBody"
    TABLE = "Table"
    ROW = "TR"
    COLUMN_HEADER = "TH"
    CELL = "TD"
    FIGURE = "Figure"


class Artifact(StrEnum):
    """What is drawn without meaning, and where on the page it stands."""

    DECORATION = "Layout"
    HEADER = "Header"
    FOOTER = "Footer"
    REPEATED = "Pagination"


@dataclass(eq=False)
class Element:
    """A node of the structure. ``alternative`` says a figure in words; ``box`` is its left, bottom, right and top.

    ``language`` is the code of the language that it is read in; the file as a whole is in Spanish.
    """

    role: Role
    alternative: str = ""
    box: tuple[float, float, float, float] | None = None
    language: str = "es"
    kids: list["Element | _Content"] = field(default_factory=list)

    def add(
        self,
        role: Role,
        *,
        alternative: str = "",
        box: tuple[float, float, float, float] | None = None,
        language: str = "es",
    ) -> "Element":
        """A new element behind those that this one holds."""
        kid = Element(role, alternative, box, language)
        self.kids.append(kid)
        return kid


@dataclass(frozen=True)
class _Content:
    """A piece of a page by the number that marks it there."""

    page: int
    number: int


type Mark = Callable[[Canvas], None]
"""Something drawn on a page."""

type Owner = Element | Artifact
"""Whom a mark belongs to."""


class Marking:
    """Wraps what is drawn into marked content, and hangs the tree into the file at the end."""

    def __init__(self, canvas: Canvas, root: Element) -> None:
        self._canvas = canvas
        self._root = root
        self._owner: Owner | None = None
        self._by_page: list[list[Element]] = []
        self._open_page()

    def draw(self, mark: Mark, owner: Owner) -> None:
        """Draw a mark as a part of its owner; neighbours of one owner make one piece."""
        if owner is not self._owner:
            self._close()
            self._canvas.addLiteral(self._begin(owner))
            self._owner = owner
        mark(self._canvas)

    def end_page(self) -> None:
        """Finish the page and begin the next."""
        self._close()
        self._canvas.showPage()
        self._open_page()

    def _open_page(self) -> None:
        self._by_page.append([])

    def _close(self) -> None:
        if self._owner is not None:
            self._canvas.addLiteral("EMC")
        self._owner = None

    def _begin(self, owner: Owner) -> str:
        if isinstance(owner, Artifact):
            match owner:
                case Artifact.DECORATION:
                    return "/Artifact <</Type /Layout>> BDC"
                case Artifact.REPEATED:
                    return "/Artifact <</Type /Pagination>> BDC"
            return f"/Artifact <</Type /Pagination /Subtype /{owner}>> BDC"
        marked = self._by_page[-1]
        owner.kids.append(_Content(len(self._by_page) - 1, len(marked)))
        marked.append(owner)
        return f"/{owner.role} <</MCID {len(marked) - 1}>> BDC"

    def write(self) -> None:
        """Put the tree into the file; every page has been ended."""
        document = cast(Any, self._canvas)._doc  # ReportLab has no public way to add objects
        pages = document.Pages.pages
        tree = pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("StructTreeRoot")})
        references: dict[Element, Any] = {}
        top = self._element(document, self._root, document.Reference(tree), references, pages)
        parents: list[object] = []
        for number, page in enumerate(pages):
            page.StructParents, page.Tabs = number, pdfdoc.PDFName("S")
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            parents += [number, pdfdoc.PDFArray([references[element] for element in self._by_page[number]])]
        tree.dict |= {
            "K": pdfdoc.PDFArray([top]),
            "ParentTree": document.Reference(pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(parents)})),
            "ParentTreeNextKey": len(pages),
        }
        document.Catalog.StructTreeRoot = tree
        document.Catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": pdfdoc.PDFtrue})

    def _element(
        self, document: Any, element: Element, parent: Any, references: dict[Element, Any], pages: list[Any]
    ) -> Any:
        written = pdfdoc.PDFDictionary({"S": pdfdoc.PDFName(element.role), "P": parent})
        references[element] = reference = document.Reference(written)
        kids = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(self._element(document, kid, reference, references, pages))
            else:
                kids.append(
                    pdfdoc.PDFDictionary(
                        {
                            "Type": pdfdoc.PDFName("MCR"),
                            "Pg": document.Reference(pages[kid.page]),
                            "MCID": kid.number,
                        }
                    )
                )
        written.dict["K"] = pdfdoc.PDFArray(kids)
        if element.alternative:
            written.dict["Alt"] = pdfdoc.PDFString(element.alternative)
        if element.language != "es":
            written.dict["Lang"] = pdfdoc.PDFString(element.language)
        if element.box:
            written.dict["A"] = pdfdoc.PDFDictionary(
                {"O": pdfdoc.PDFName("Layout"), "BBox": pdfdoc.PDFArray([round(edge, 2) for edge in element.box])}
            )
        if element.role is Role.COLUMN_HEADER:
            written.dict["A"] = pdfdoc.PDFDictionary({"O": pdfdoc.PDFName("Table"), "Scope": pdfdoc.PDFName("Column")})
        return reference
