"""Headers that every answer carries."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.settings import settings

_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self' {files}; frame-ancestors 'none'"
)

_SEAL_PAGE = "/sello"
_SEAL_WORKER = "/static/seal/worker.js"
"""Its page looks through the camera, and is kept by this worker."""


class SecurityHeaders:
    """Strict content policy, no sniffing, no framing; pages and answers are kept by no cache. An answer may bring a policy of
    its own: a stranger's file has a stricter one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._policy = _POLICY.format(files=settings().files_url or "").replace(" ;", ";")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", self._policy)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Referrer-Policy"] = "same-origin"
                camera = "(self)" if scope["path"] == _SEAL_PAGE else "()"
                headers["Permissions-Policy"] = f"camera={camera}, microphone=(), geolocation=(self)"
                static = scope["path"].startswith("/static/")
                if scope["path"] == _SEAL_WORKER:
                    headers["Service-Worker-Allowed"] = _SEAL_PAGE
                headers.setdefault("Cache-Control", "no-cache" if static else "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)
