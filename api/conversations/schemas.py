"""What a conversation looks like from outside."""

import uuid
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.complaints.draft import PublicDraft
from vocabulary.dialogue import Handover, Language

MESSAGE_CAP = 20_000
"""Characters of one message; a longer one is refused, not cut."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ConversationCreate(_Body):
    channel: Literal["web"]
    language: Language = Language.SPANISH


class ResumeRequest(_Body):
    """``nonce`` is the browser's own: with it a request whose answer was lost may be made again."""

    resume_code: Annotated[str, StringConstraints(max_length=64)]
    nonce: Annotated[str, StringConstraints(min_length=16, max_length=64)] | None = None


class Location(_Body):
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class MessageCreate(_Body):
    """Text or a choice, never both; text may come with files or a location; nothing at all is malformed."""

    client_message_id: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]
    text: str | None = None
    choice: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]*$")] | None = None
    location: Location | None = None
    attachment_ids: Annotated[list[uuid.UUID], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is not None:
            self.text = self.text.replace("\x00", "")
        if self.text is not None and self.choice is not None:
            raise ValueError("text and choice exclude each other")
        if not self._brings_something():
            raise ValueError("nothing was said")
        return self

    def _brings_something(self) -> bool:
        has_text = bool(self.text and self.text.strip())
        return bool(has_text or self.choice or self.location or self.attachment_ids)


class MessageReceived(MessageCreate):
    """A message as a messaging channel brings it: its files are fetched later."""

    files_to_come: int = 0

    def _brings_something(self) -> bool:
        return super()._brings_something() or self.files_to_come > 0


class Choice(BaseModel):
    id: str
    title: str


class Document(BaseModel):
    title: str
    url: str
    media_type: str
    verification_code: str


class MessageRead(BaseModel):
    seq: int
    sender: Literal["citizen", "bot", "operator", "system"]
    text: str
    choices: list[Choice]
    document: Document | None
    created_at: datetime


class State(BaseModel):
    service: str | None
    step: str | None
    incident_type: str | None
    language: Language
    handover: Handover
    emergency: bool
    draft: PublicDraft
    case_number: str | None


class ConversationRead(BaseModel):
    id: uuid.UUID
    state: State


class ConversationOpened(BaseModel):
    id: uuid.UUID
    token: str
    resume_code: str
    messages: list[MessageRead]
    state: State


class Transfer(BaseModel):
    """``whatsapp_url`` opens WhatsApp with the code written; None where that channel is closed."""

    code: str
    expires_at: datetime
    whatsapp_url: str | None


class Answer(BaseModel):
    message: MessageRead
    replies: list[MessageRead]
    state: State


class PendingAnswer(Answer):
    pending: Literal[True] = True


class MessageList(BaseModel):
    messages: list[MessageRead]


class AttachmentRead(BaseModel):
    id: uuid.UUID
    sha256: str
    media_type: str
    size: int
