"""What procrastinate's own health check needs: the worker's connection, without its tasks."""

from api.jobs.tasks import make_app
from api.settings import settings

app = make_app(settings().database_url.get_secret_value())
