"""What each member of staff is to do, with pictures of where."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.access import Member
from api.console import page

router = APIRouter(prefix="/staff", default_response_class=HTMLResponse, include_in_schema=False, tags=["staff"])


@router.get("/ayuda")
async def help_page(request: Request, member: Member) -> Response:
    """The parts for what they may do, and what is written down of everybody."""
    return page(request, "staff/help/page.html", member=member, here="help")
