"""Every table of the program, for what must know them all."""

from api.audit import models as audit
from api.cases import models as cases
from api.challenges import models as challenges
from api.clock import ClockOffset
from api.complaints import models as complaints
from api.conversations import models as conversations
from api.conversations.channels import models as channels
from api.copies import models as copies
from api.database import Base
from api.evidence import models as evidence
from api.handover import models as handover
from api.open_data import models as open_data
from api.outbox import models as outbox
from api.payments import models as payments
from api.register import models as register
from api.staff import models as staff
from api.stations import models as stations
from api.surveys import models as surveys

metadata = Base.metadata

__all__ = [
    "ClockOffset",
    "audit",
    "cases",
    "challenges",
    "channels",
    "complaints",
    "conversations",
    "copies",
    "evidence",
    "handover",
    "metadata",
    "open_data",
    "outbox",
    "payments",
    "register",
    "staff",
    "stations",
    "surveys",
]
