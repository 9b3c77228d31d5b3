"""The `@link` directive: which specification a schema uses, and under which names.

Source: https://specs.apollo.dev/link/v1.0, "Guide" and "Definitions".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from graphql import (
    ConstDirectiveNode,
    ConstValueNode,
    EnumValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
)

_VERSION = re.compile(r"v(0|[1-9]\d*)\.(0|[1-9]\d*)")
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")


class LinkError(ValueError):
    """A `@link` (or `@core`) that cannot be read; `code` is the one to search for."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, order=True)
class FeatureVersion:
    """A version such as `v2.7`; versions of one major are ordered by their minor."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `v2.7`. Raises `LinkError`."""
        match = _VERSION.fullmatch(text)
        if match is None:
            raise LinkError(
                "INVALID_LINK_IDENTIFIER",
                f'Expected a version such as "v1.0" (a "v", two numbers, a dot), found "{text}".',
            )
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"v{self.major}.{self.minor}"


@dataclass(frozen=True, slots=True)
class FeatureUrl:
    """The address of a feature: `https://specs.apollo.dev/federation/v2.7`, taken apart."""

    identity: str
    name: str
    version: FeatureVersion

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a feature's address. Raises `LinkError`."""
        try:
            parts = urlsplit(text)
        except ValueError as error:
            raise LinkError(
                "INVALID_LINK_IDENTIFIER", f'"{text}" is not a feature URL: {error}.'
            ) from error
        if not parts.scheme or not parts.netloc:
            raise LinkError("INVALID_LINK_IDENTIFIER", f'"{text}" is not a feature URL.')
        path = [part for part in parts.path.split("/") if part]
        if not path:
            raise LinkError(
                "INVALID_LINK_IDENTIFIER",
                f'The feature URL "{text}" has no path; it ends with a name and a version.',
            )
        version = FeatureVersion.parse(path[-1])
        if len(path) == 1:
            raise LinkError(
                "INVALID_LINK_IDENTIFIER",
                f'The feature URL "{text}" has no name before its version.',
            )
        origin = f"{parts.scheme}://{parts.netloc}"
        return cls("/".join([origin, *path[:-1]]), path[-2], version)

    def __str__(self) -> str:
        return f"{self.identity}/{self.version}"


@dataclass(frozen=True, slots=True)
class Import:
    """An element imported by `@link`: its name in the specification, and here."""

    name: str
    alias: str

    @property
    def is_directive(self) -> bool:
        return self.name.startswith("@")


@dataclass(frozen=True, slots=True)
class Link:
    """One application of `@link`; `alias` is the namespace in which the rest is found."""

    url: FeatureUrl
    alias: str
    imports: tuple[Import, ...] = ()
    purpose: str | None = None

    def directive_name(self, name: str) -> str:
        """Give the name, here, of the feature's directive (without `@`)."""
        for imported in self.imports:
            if imported.name == f"@{name}":
                return imported.alias.removeprefix("@")
        return self.alias if name == self.url.name else f"{self.alias}__{name}"

    def type_name(self, name: str) -> str:
        """Give the name, here, of the feature's type."""
        for imported in self.imports:
            if imported.name == name:
                return imported.alias
        return f"{self.alias}__{name}"


def read_link(directive: ConstDirectiveNode) -> Link:
    """Read a `@link` or `@core` application. Raises `LinkError` for its first mistake."""
    link, mistakes = check_link(directive)
    if mistakes:
        raise mistakes[0]
    assert link is not None
    return link


def check_link(directive: ConstDirectiveNode) -> tuple[Link | None, list[LinkError]]:
    """Read a `@link` or `@core` application, and return every mistake in it beside it."""
    arguments = {a.name.value: a.value for a in directive.arguments or ()}
    mistakes: list[LinkError] = []
    try:
        url = _url(arguments.get("url") or arguments.get("feature"))
    except LinkError as error:
        return None, [error]
    alias = url.name
    try:
        alias = _alias(arguments.get("as"), url)
    except LinkError as error:
        mistakes.append(error)
    imports = []
    for entry in _entries(arguments.get("import")):
        try:
            imports.append(_import(entry, url))
        except LinkError as error:
            mistakes.append(error)
    purpose = arguments.get("for")
    name = purpose.value if isinstance(purpose, EnumValueNode) else None
    return Link(url, alias, tuple(imports), name), mistakes


def _url(node: ConstValueNode | None) -> FeatureUrl:
    if isinstance(node, StringValueNode):
        return FeatureUrl.parse(node.value)
    raise LinkError(
        "INVALID_LINK_DIRECTIVE_USAGE",
        "A link needs the argument `url`: the address of a specification, as a string.",
    )


def _alias(node: ConstValueNode | None, url: FeatureUrl) -> str:
    if node is None:
        return url.name
    if not isinstance(node, StringValueNode):
        raise LinkError("INVALID_LINK_DIRECTIVE_USAGE", "A link's `as` must be a string.")
    alias = node.value
    if not _NAME.fullmatch(alias) or "__" in alias or alias.endswith("_"):
        raise LinkError(
            "INVALID_LINK_DIRECTIVE_USAGE",
            f'"{url}" cannot be linked as "{alias}": the alias must be a name, without "__" in it'
            ' and without "_" at its end.',
        )
    return alias


def _entries(node: ConstValueNode | None) -> tuple[ConstValueNode, ...]:
    if node is None:
        return ()
    return tuple(node.values) if isinstance(node, ListValueNode) else (node,)


def _import(node: ConstValueNode, url: FeatureUrl) -> Import:
    if isinstance(node, StringValueNode):
        return Import(_element(node.value, url), node.value)
    if not isinstance(node, ObjectValueNode):
        raise _invalid_import(
            "each import is a string, or an object with `name` and perhaps `as`", url
        )
    fields = {field.name.value: field.value for field in node.fields}
    unknown = sorted(fields.keys() - {"name", "as"})
    if unknown:
        raise _invalid_import(f"an import has no `{unknown[0]}`, only `name` and `as`", url)
    name, alias = fields.get("name"), fields.get("as")
    if not isinstance(name, StringValueNode):
        raise _invalid_import("an import object needs `name`, a string", url)
    if alias is None:
        return Import(_element(name.value, url), name.value)
    if not isinstance(alias, StringValueNode):
        raise _invalid_import(f"`as` of the import {name.value} is not a string", url)
    if name.value.startswith("@") != alias.value.startswith("@"):
        raise _invalid_import(
            f"{name.value} is imported as {alias.value}: a directive stays a directive and keeps"
            " its @, a type has none",
            url,
        )
    return Import(_element(name.value, url), _element(alias.value, url))


def _element(text: str, url: FeatureUrl) -> str:
    if not _NAME.fullmatch(text.removeprefix("@")):
        raise _invalid_import(f'"{text}" is no name of a directive or type', url)
    return text


def _invalid_import(reason: str, url: FeatureUrl) -> LinkError:
    return LinkError("INVALID_LINK_DIRECTIVE_USAGE", f'In the imports of "{url}", {reason}.')
