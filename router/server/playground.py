"""GraphiQL at `/`: a small page of ours, and GraphiQL's own files from an installed package.

The files are not in this repository and no CDN is asked for them: the package
`graphene-django-graphiql-static` (which needs neither Graphene nor Django) carries GraphiQL and
React as they were released.
"""

from __future__ import annotations

import html
from functools import cache
from importlib.resources import files

Page = tuple[str, bytes, dict[str, str]]
"""Content type, body, headers."""

_PACKAGE = "graphene_django_graphiql_static"
_FILES = {
    "react.production.min.js": "text/javascript; charset=utf-8",
    "react-dom.production.min.js": "text/javascript; charset=utf-8",
    "graphiql.min.js": "text/javascript; charset=utf-8",
    "graphiql.min.css": "text/css; charset=utf-8",
}
_OURS = {"start.js": "text/javascript; charset=utf-8", "start.css": "text/css; charset=utf-8"}

_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; frame-ancestors 'none'"
)

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="playground/graphiql.min.css">
<link rel="stylesheet" href="playground/start.css">
</head>
<body>
<div id="graphiql" data-endpoint="{endpoint}">Loading …</div>
<script src="playground/react.production.min.js"></script>
<script src="playground/react-dom.production.min.js"></script>
<script src="playground/graphiql.min.js"></script>
<script src="playground/start.js"></script>
</body>
</html>
"""


class Playground:
    """The pages of the playground, for an endpoint."""

    def __init__(self, endpoint: str) -> None:
        relative = endpoint.removeprefix("/")
        self._page = _PAGE.format(endpoint=html.escape(relative)).encode()

    def page(self, path: str) -> Page | None:
        """What stands at a path, None where nothing does."""
        if path == "/":
            headers = {"content-security-policy": _POLICY, "cache-control": "no-cache"}
            return "text/html; charset=utf-8", self._page, headers
        name = path.removeprefix("/playground/")
        if name in _FILES:
            return _FILES[name], _read(_PACKAGE, f"static/{_PACKAGE}/{name}"), _cached()
        if name in _OURS:
            return _OURS[name], _read("router.server", f"playground_files/{name}"), _cached()
        return None


def _cached() -> dict[str, str]:
    return {"cache-control": "public, max-age=86400"}


@cache
def _read(package: str, path: str) -> bytes:
    return files(package).joinpath(path).read_bytes()
