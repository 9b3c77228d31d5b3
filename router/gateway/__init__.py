"""One request: accept → plan (cached) → execute → respond."""

from router.gateway.gateway import Gateway
from router.gateway.options import GatewayOptions
from router.gateway.response import Explanation, Response

__all__ = ["Explanation", "Gateway", "GatewayOptions", "Response"]
