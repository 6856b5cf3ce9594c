"""What the clock starts of the figures."""

from api import clock
from api.figures import service as figures
from api.jobs.desk import Desk


async def refresh_figures(desk: Desk) -> None:
    """Compute the stations' figures anew."""
    async with desk.sessions.begin() as session:
        await figures.refresh(session, keys=desk.keys, at=await clock.now(session))
