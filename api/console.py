"""What every page of the console has: who is there, where they may go, and the templates."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from starlette.templating import Jinja2Templates

from api.staff.models import StaffMember
from vocabulary.cases import PERMISSIONS, Permission, Role


@dataclass(frozen=True)
class Place:
    """A page of the console's menu, for whoever has the permission."""

    name: str
    path: str
    title: str
    permission: Permission


PLACES: tuple[Place, ...] = (
    Place("queue", "/staff", "Casos", Permission.READ_CASES),
    Place("conversations", "/staff/conversaciones", "Conversaciones", Permission.TALK),
    Place("tasks", "/staff/tareas", "Tareas", Permission.WORK_CASES),
    Place("figures", "/staff/cifras", "Cifras", Permission.READ_CASES),
    Place("audit", "/staff/auditoria", "Auditoría", Permission.READ_AUDIT),
    Place("people", "/staff/personal", "Personal", Permission.ADMINISTER),
    Place("stations", "/staff/comisarias", "Comisarías", Permission.ADMINISTER),
    Place("surveys", "/staff/encuestas", "Encuestas", Permission.ASK_OPINIONS),
)


def home_of(member: StaffMember) -> str:
    """Where a member of staff begins: the first place of the menu that they may go to."""
    allowed = PERMISSIONS[Role(member.role)]
    return next((place.path for place in PLACES if place.permission in allowed), "/staff/cuenta")


def page(
    request: Request, name: str, *, member: StaffMember | None, here: str = "", status: int = 200, **context: object
) -> Response:
    """A page of the console, as the template says it; ``here`` is the place of the menu that it belongs to."""
    templates: Jinja2Templates = request.app.state.templates
    allowed = PERMISSIONS[Role(member.role)] if member else frozenset()
    places = [place for place in PLACES if place.permission in allowed]
    shown = {"member": member, "places": places, "here": here, "allowed": allowed, **context}
    return templates.TemplateResponse(request, name, shown, status_code=status)
