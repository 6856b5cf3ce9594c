"""What the clock starts of figures and open data."""

import logging

from api import clock
from api.figures import service as figures
from api.jobs.desk import Desk
from api.open_data import service as open_data

_log = logging.getLogger(__name__)


async def release_open_data(desk: Desk) -> None:
    """Release the months and quarters that can be closed."""
    async with desk.sessions.begin() as session:
        try:
            await open_data.publish(session, at=await clock.now(session))
        except open_data.NothingReal:
            _log.warning("no open data is released: COMISARIO_OPEN_DATA_SINCE is not set")


async def refresh_figures(desk: Desk) -> None:
    """Compute the stations' figures anew."""
    async with desk.sessions.begin() as session:
        await figures.refresh(session, keys=desk.keys, at=await clock.now(session))
