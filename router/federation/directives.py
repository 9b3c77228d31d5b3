"""The directives of a subgraph schema, by the federation version that brought each.

Source: https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/versions
and `…/reference/directives`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from graphql import DirectiveDefinitionNode, TypeDefinitionNode, parse

from router.federation.features import APOLLO_SPECS
from router.federation.link import FeatureVersion, Link
from router.federation.rename import rename_definition

FEDERATION = f"{APOLLO_SPECS}/federation"
LINK = f"{APOLLO_SPECS}/link"
OLDEST = FeatureVersion(2, 0)
NEWEST = FeatureVersion(2, 14)

_ELEMENTS = (
    "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM"
    " | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)
_PROTECTED = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"

# Each later entry of a name replaces the earlier ones.
_BY_VERSION: tuple[tuple[int, str], ...] = (
    (
        0,
        f"""
        directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable
          on OBJECT | INTERFACE
        directive @requires(fields: FieldSet!) on FIELD_DEFINITION
        directive @provides(fields: FieldSet!) on FIELD_DEFINITION
        directive @external(reason: String) on OBJECT | FIELD_DEFINITION
        directive @tag(name: String!) repeatable on {_ELEMENTS}
        directive @extends on OBJECT | INTERFACE
        directive @shareable on OBJECT | FIELD_DEFINITION
        directive @inaccessible on {_ELEMENTS}
        directive @override(from: String!) on FIELD_DEFINITION
        scalar FieldSet
        """,
    ),
    (1, "directive @composeDirective(name: String) repeatable on SCHEMA"),
    (2, "directive @shareable repeatable on OBJECT | FIELD_DEFINITION"),
    (
        3,
        f"""
        directive @interfaceObject on OBJECT
        directive @tag(name: String!) repeatable on {_ELEMENTS} | SCHEMA
        """,
    ),
    (
        5,
        f"""
        directive @authenticated on {_PROTECTED}
        directive @requiresScopes(scopes: [[Scope!]!]!) on {_PROTECTED}
        scalar Scope
        """,
    ),
    (
        6,
        f"directive @policy(policies: [[Policy!]!]!) on {_PROTECTED} scalar Policy",
    ),
    (7, "directive @override(from: String!, label: String) on FIELD_DEFINITION"),
    (
        8,
        """
        directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION
        directive @fromContext(field: ContextFieldValue) on ARGUMENT_DEFINITION
        scalar ContextFieldValue
        """,
    ),
    (
        9,
        """
        directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION
          | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
        directive @listSize(
          assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],
          requireOneSlicingArgument: Boolean = true
        ) on FIELD_DEFINITION
        """,
    ),
    (12, "directive @cacheTag(format: String!) repeatable on OBJECT | FIELD_DEFINITION"),
)

_FEDERATION_1 = f"""
directive @key(fields: _FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @requires(fields: _FieldSet!) on FIELD_DEFINITION
directive @provides(fields: _FieldSet!) on FIELD_DEFINITION
directive @external(reason: String) on OBJECT | FIELD_DEFINITION
directive @tag(name: String!) repeatable on {_ELEMENTS}
directive @extends on OBJECT | INTERFACE
scalar _FieldSet
"""

_LINK_DEFINITIONS = """
directive @link(url: String, as: String, for: Purpose, import: [Import]) repeatable on SCHEMA
scalar Import
enum Purpose { SECURITY EXECUTION }
"""

Definition = DirectiveDefinitionNode | TypeDefinitionNode


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a specification defines: directives and types by their names in the specification."""

    directives: Mapping[str, DirectiveDefinitionNode]
    types: Mapping[str, TypeDefinitionNode]

    def elements(self) -> frozenset[str]:
        """Name everything that can be imported; directives with their `@`."""
        return frozenset({*(f"@{name}" for name in self.directives), *self.types})


@lru_cache(maxsize=32)
def federation_vocabulary(version: FeatureVersion) -> Vocabulary:
    """Return the vocabulary of a federation 2 version."""
    return _vocabulary("\n".join(text for minor, text in _BY_VERSION if minor <= version.minor))


@lru_cache(maxsize=1)
def federation_1_vocabulary() -> Vocabulary:
    """Return the vocabulary of federation 1, whose names are fixed."""
    return _vocabulary(_FEDERATION_1)


@lru_cache(maxsize=1)
def link_vocabulary() -> Vocabulary:
    """Return the vocabulary of the link specification."""
    return _vocabulary(_LINK_DEFINITIONS)


def _vocabulary(text: str) -> Vocabulary:
    directives: dict[str, DirectiveDefinitionNode] = {}
    types: dict[str, TypeDefinitionNode] = {}
    for node in parse(text, no_location=True).definitions:
        if isinstance(node, DirectiveDefinitionNode):
            directives[node.name.value] = node
        elif isinstance(node, TypeDefinitionNode):
            types[node.name.value] = node
    return Vocabulary(directives, types)


def first_version(directive: str) -> FeatureVersion | None:
    """Tell which federation version brought a directive; None for a name it does not have."""
    for minor, _ in _BY_VERSION:
        version = FeatureVersion(2, minor)
        if directive in federation_vocabulary(version).directives:
            return version
    return None


def named_as_linked(vocabulary: Vocabulary, link: Link) -> dict[str, Definition]:
    """Return a vocabulary's definitions by canonical name, each named as the link says."""
    definitions: dict[str, Definition] = {
        f"@{name}": rename_definition(node, link) for name, node in vocabulary.directives.items()
    }
    return definitions | {
        name: rename_definition(node, link) for name, node in vocabulary.types.items()
    }
