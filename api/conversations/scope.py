"""Who of the staff may hear and take a conversation."""

from sqlalchemy import ColumnElement, and_, false, not_, or_, select

from api.cases import service as cases
from api.cases.models import Case
from api.conversations.models import Conversation
from api.staff.models import StaffMember
from api.stations.models import Station
from api.stations.service import CENTRAL_CODE
from vocabulary.cases import Role

_IN_DANGER = 2
"""The urgency of who is in danger now, or can't speak."""


def case_now() -> ColumnElement[bool]:
    """How a query joins ``Case`` to what a conversation is about now. What was told in reserve since the last filing has no case
    yet, whatever was filed before it."""
    return and_(Case.id == Conversation.case_id, not_(Conversation.reserved))


def open_to(member: StaffMember, *closed: ColumnElement[bool]) -> ColumnElement[bool]:
    """Which conversations a member of staff may hear and take, of a query that joins ``Case`` (by ``case_now``, or to a file of
    the conversation): with a case those whose case they may read; before there is one all but what is ``closed``, told of
    violence or reserved, which only the commissioners of the station that it is reserved for may; and who is in danger before
    any station is known is for all who talk at the central desk. The one place that says so."""
    told_before_any = and_(Conversation.disclosed.is_not(None), Conversation.case_id.is_(None))
    shut = or_(Conversation.reserved, told_before_any, *closed)
    addressed = Conversation.reserved_for == member.station_id if member.role == Role.COMMISSIONER else false()
    central = select(Station.id).where(Station.id == member.station_id, Station.code == CENTRAL_CODE).exists()
    saved_first = and_(Conversation.urgency == _IN_DANGER, Conversation.reserved_for.is_(None), central)
    return or_(cases.readable_by(member), and_(Case.id.is_(None), or_(not_(shut), addressed, saved_first)))
