"""What a browser may do with the pages of this server, in the headers of every answer.

Streamlit 1.67 needs scripts and styles in the page itself, components from `blob:`, and `eval` for Vega;
beyond that nothing is loaded from elsewhere or sent there, and no other page shows this one in a frame.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.parts.shared.room import institution

_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "frame-ancestors": "'self'",
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # a link to elsewhere does not tell the code in the address
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",  # Draw reads photographs
}


class SecurityHeaders:
    """The middleware of HTTP."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on; the answer comes back with the headers, and over TLS with cookies for TLS alone."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (_HEADERS | {"Content-Security-Policy": _policy()}).items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    message["headers"] = [_over_tls_alone(*each) for each in message["headers"]]
            await send(message)

        await self.app(scope, receive, sent if scope["type"] == "http" else send)


def _policy() -> str:
    """Where an institution is the door, the form there leads to its own server."""
    policy = _POLICY if institution() else _POLICY | {"form-action": "'self'"}
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _over_tls_alone(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A cookie that its maker has not marked: those of Streamlit."""
    is_unmarked = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return name, value + b"; Secure" if is_unmarked else value
