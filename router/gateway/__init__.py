"""One request: accept → plan (cached) → execute → respond."""

from router.gateway.authorization.authorization import Policies
from router.gateway.authorization.options import AuthenticationOptions
from router.gateway.gateway import Gateway
from router.gateway.options import GatewayOptions
from router.gateway.response import Explanation, Response
from router.gateway.response_stream import ResponseStream

__all__ = [
    "AuthenticationOptions",
    "Explanation",
    "Gateway",
    "GatewayOptions",
    "Policies",
    "Response",
    "ResponseStream",
]
