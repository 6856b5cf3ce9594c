"""Names of what a citizen may want, of what an answer may be, and of the choices offered."""

from enum import StrEnum


class Service(StrEnum):
    """What a citizen wants of the station."""

    COMPLAINT = "complaint"
    SECOND_COPY = "second_copy"
    CASE_STATUS = "case_status"
    VERIFY_DOCUMENT = "verify_document"
    SURVEY = "survey"
    INFORMATION = "information"
    HUMAN = "human"
    EMERGENCY = "emergency"
    GREETING = "greeting"
    THANKS_GOODBYE = "thanks_goodbye"
    LANGUAGE = "language"
    OUT_OF_SCOPE = "out_of_scope"


class Outcome(StrEnum):
    """What a message is, seen as the reply to the question that was asked."""

    ANSWER = "answer"
    CANCEL = "cancel"
    CORRECT_PREVIOUS = "correct_previous"
    QUESTION = "question"
    HUMAN = "human"
    EMERGENCY = "emergency"
    DONT_KNOW = "dont_know"
    REFUSE = "refuse"
    CHANGE_LANGUAGE = "change_language"
    CHITCHAT = "chitchat"


class Choice(StrEnum):
    """Ids of the buttons that mean the same at every question."""

    YES = "yes"
    NO = "no"
    SKIP = "skip"
    DONT_KNOW = "dont_know"
    CONFIRM = "confirm"
    CORRECT = "correct"
    CANCEL = "cancel"
    HUMAN = "human"
    SURVEY = "survey"
    CASE_ANSWER = "case_answer"
    CASE_QUESTION = "case_question"
    CASE_CORRECT = "case_correct"
    CASE_WITHDRAW = "case_withdraw"
    CALLBACK = "callback"


class Handover(StrEnum):
    """Who has the conversation: the bot alone, the bot with a person asked for, or a person."""

    NONE = "none"
    QUEUED = "queued"
    ACTIVE = "active"


class Language(StrEnum):
    """ISO 639-3 codes (``es`` and ``ay`` are 639-1) of the languages in the order of work."""

    SPANISH = "es"
    QUECHUA_CHANKA = "quy"
    QUECHUA_CUSCO = "quz"
    AYMARA = "ay"
    ASHANINKA = "cni"
    AWAJUN = "agr"
    SHIPIBO = "shp"


class Fluency(StrEnum):
    """How well a member of staff speaks a language: some words, a whole complaint, or as their own."""

    BASIC = "basic"
    FLUENT = "fluent"
    NATIVE = "native"


OPENING_INTENT = "opening"
"""The intent of the turn that opens a conversation; no text is ever classified as it."""

CHOICE_INTENT = "choice"
"""The intent of a pressed button whose id is the answer to the open question."""

CODE_INTENT = "code"
"""The intent of six digits alone while nothing is asked: the code that proves a contact."""

SAY_INTENT = "say_in_case"
"""The intent of a pressed button that begins to write into a case that was just told of."""

FILE_INTENT = "file"
"""The intent of a file or a place that comes alone while nothing is asked."""

SUPPLEMENT_INTENT = "supplement"
"""The intent of who adds to a complaint that is filed already."""

CALLBACK_INTENT = Choice.CALLBACK.value
"""The intent of who wants to be called, since nobody is on duty."""

RETURNED_INTENT = "returned"
"""The intent of the turn in which a person gives the conversation back."""

UNCLEAR_INTENT = "unclear"
"""The intent of a message that the classifier is not sure of."""

TEXT_CAP = 4096
"""Characters of a message that the understanding reads; the whole text is kept by the api."""
