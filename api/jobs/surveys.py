"""The worker's tasks that ask for opinions, and keep what is said from whoever said it."""

import uuid

from api import clock
from api.conversations import service as conversations
from api.jobs.desk import Desk, each
from api.surveys import forms, invitations
from api.surveys import service as surveys
from api.surveys.models import SurveyComment, SurveyResponse


async def forget_surveys(desk: Desk) -> None:
    """Take surveys that were left unfinished out of their drafts, which know whose they are."""

    async def forget(conversation_id: uuid.UUID) -> None:
        async with desk.sessions.begin() as session:
            conversation = await conversations.locked(session, conversation_id=conversation_id)
            key = conversations.key_of(conversation, desk.keys)
            draft = conversations.draft_of(conversation, key)
            draft.survey = conversation.survey_since = None
            conversations.set_draft(conversation, draft, key)

    async with desk.sessions() as session:
        left = await surveys.abandoned(session, at=await clock.now(session))
    await each("survey not forgotten", left, forget)


async def mix_surveys(desk: Desk) -> None:
    """Mix answers and comments, each in a transaction of its own."""
    for model in (SurveyResponse, SurveyComment):
        async with desk.sessions.begin() as session:
            await surveys.mix(session, model=model, at=await clock.now(session))


async def forget_tallies(desk: Desk) -> None:
    """Forget from which networks surveys came on days that are over, and links that are."""
    async with desk.sessions.begin() as session:
        at = await clock.now(session)
        await forms.forget(session, at=at)
        await invitations.forget(session, at=at)


async def invite_to_surveys(desk: Desk) -> None:
    """Ask for opinions on services of some days ago, each in a transaction of its own."""
    async with desk.sessions() as session:
        left = {one.about: one for one in await invitations.due(session, at=await clock.now(session))}

    async def invite(about: uuid.UUID) -> None:
        async with desk.sessions.begin() as session:
            at = await clock.now(session)
            await invitations.invite(session, rendered=left[about], keys=desk.keys, at=at)

    await each("not asked for an opinion", list(left), invite)
