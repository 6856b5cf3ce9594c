"""Twilio's contents: what a message with buttons, a list, a file or variables looks like, within WhatsApp's limits."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from emulators.twilio.account import Refused, new_sid
from emulators.twilio.store import Channel, Choice, Offer

_IN_SESSION = 3
"""Quick replies of a content that WhatsApp did not approve."""
_PLACE = re.compile(r"\{\{([^{}]*)\}\}")
_UNFIT = re.compile(r"[\n\t]| {5}")
_VALUE = 255

_Short = Annotated[str, StringConstraints(min_length=1, max_length=20)]
_Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Body = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
_Long = Annotated[str, StringConstraints(min_length=1, max_length=1600)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Action(_Strict):
    type: Literal["QUICK_REPLY"] = "QUICK_REPLY"
    title: _Short
    id: _Id | None = None


class Item(_Strict):
    item: Annotated[str, StringConstraints(min_length=1, max_length=24)]
    id: _Id
    description: Annotated[str, StringConstraints(max_length=72)] | None = None


class Text(_Strict):
    body: _Long


class Files(_Strict):
    body: _Long | None = None
    media: list[str] = Field(min_length=1, max_length=10)


class QuickReply(_Strict):
    body: _Body
    actions: list[Action] = Field(min_length=1, max_length=10)


class ListPicker(_Strict):
    body: _Body
    button: _Short
    items: list[Item] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if len({one.id for one in self.items}) < len(self.items):
            raise ValueError("the ids of a list's items must differ")
        return self


class Types(_Strict):
    """The forms of one content; WhatsApp gets the richest of them, an SMS its text."""

    list_picker: ListPicker | None = Field(default=None, alias="twilio/list-picker")
    quick_reply: QuickReply | None = Field(default=None, alias="twilio/quick-reply")
    files: Files | None = Field(default=None, alias="twilio/media")
    text: Text | None = Field(default=None, alias="twilio/text")

    def form(self, channel: Channel) -> ListPicker | QuickReply | Files | Text | None:
        rich = self.list_picker or self.quick_reply or self.files if channel == "whatsapp" else self.files
        return rich or self.text

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.form("whatsapp") is None:
            raise ValueError("at least one type is required")
        return self


class ContentCreate(BaseModel):
    friendly_name: str | None = None
    language: str
    variables: dict[str, str] = Field(default_factory=dict)
    types: Types


class ApprovalRequest(BaseModel):
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,512}$")]
    category: Literal["UTILITY", "MARKETING", "AUTHENTICATION"]


@dataclass
class Content:
    """A content of the account, ``approval`` what was asked of WhatsApp for it: here that is granted at once."""

    made: ContentCreate
    at: datetime
    sid: str = field(default_factory=lambda: new_sid("HX"))
    approval: ApprovalRequest | None = None


@dataclass(frozen=True)
class Filled:
    """What a content became for one message."""

    text: str
    media_urls: tuple[str, ...] = ()
    offer: Offer | None = None


class Misfit(Exception):
    """With these values WhatsApp would not take it."""


def read[M: BaseModel](model: type[M], body: bytes) -> M:
    """The JSON of a request. Raises ``Refused``, saying what is wrong where."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise Refused(400, 20422, f"Invalid Parameter: {found}") from None


def variables(told: str) -> dict[str, str]:
    """The values of ``ContentVariables``. Raises ``Refused``."""
    try:
        values = json.loads(told or "{}")
    except ValueError:
        values = None
    fit = isinstance(values, dict) and all(isinstance(value, str) and value for value in values.values())
    if not fit or any(_UNFIT.search(value) for value in values.values()):
        raise Refused(400, 21656, "The ContentVariables Parameter is invalid")
    if any(len(value) > _VALUE for value in values.values()):
        raise Refused(400, 21658, f"Parameter ContentVariables exceeded character limit of {_VALUE}")
    return dict(values)


def fill(content: Content, values: dict[str, str], channel: Channel) -> Filled:
    """A content with its variables replaced. Raises ``Refused`` for a missing variable, or a content that has nothing for
    this channel; ``Misfit``."""
    form = content.made.types.form(channel)
    if form is None:
        raise Refused(400, 21655, "The ContentSid is Invalid")
    replaced = _replace(form.model_dump(), content.made.variables | values)
    try:
        form = type(form).model_validate(replaced)
    except ValidationError as error:
        raise Misfit from error
    if isinstance(form, Text):
        return Filled(form.body)
    if isinstance(form, Files):
        return Filled(form.body or "", media_urls=tuple(form.media))
    approved = content.approval is not None
    if isinstance(form, QuickReply):
        if len(form.actions) > _IN_SESSION and not approved:
            raise Misfit
        choices = tuple(Choice(one.id or one.title, one.title) for one in form.actions)
        return Filled(form.body, offer=Offer(choices, approved=approved))
    choices = tuple(Choice(one.id, one.item, one.description) for one in form.items)
    return Filled(form.body, offer=Offer(choices, button=form.button))


def _replace(told: Any, values: dict[str, str]) -> Any:
    if isinstance(told, dict):
        return {name: _replace(value, values) for name, value in told.items()}
    if isinstance(told, list):
        return [_replace(value, values) for value in told]
    return _PLACE.sub(lambda place: _value(place[1], values), told) if isinstance(told, str) else told


def _value(name: str, values: dict[str, str]) -> str:
    if name not in values:
        raise Refused(400, 21656, "The ContentVariables Parameter is invalid")
    return values[name]
