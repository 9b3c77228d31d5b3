"""The specifications a supergraph links, each with the definitions it brings into the schema.

Names stand as in the specification; `feature_definitions` renames them as the link says
(`Scope` of requiresScopes becomes `requiresScopes__Scope` unless it is imported).

Sources: https://specs.apollo.dev/{link,join,tag,inaccessible}, and the directives of
https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from graphql import DirectiveDefinitionNode, TypeDefinitionNode, parse

from router.federation.link import FeatureVersion, Link
from router.federation.rename import rename_definition

APOLLO_SPECS = "https://specs.apollo.dev"

_EVERYWHERE = (
    "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM"
    " | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)
_PROTECTED = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"
_TYPES = "OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR"

_LINK = """
directive @link(url: String, as: String, for: Purpose, import: [Import]) repeatable on SCHEMA
scalar Import
enum Purpose {
  "`SECURITY` features provide metadata necessary to securely resolve fields."
  SECURITY
  "`EXECUTION` features provide metadata necessary for operation execution."
  EXECUTION
}
"""

_JOIN_FIELD = (
    "graph: Graph, requires: FieldSet, provides: FieldSet, type: String, external: Boolean,"
    " override: String, usedOverridden: Boolean"
)
_JOIN_FIELD_LOCATIONS = "repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION"
_JOIN_0_3 = f"""
directive @enumValue(graph: Graph!) repeatable on ENUM_VALUE
directive @graph(name: String!, url: String!) on ENUM_VALUE
directive @implements(graph: Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @type(
  graph: Graph!, key: FieldSet, extension: Boolean! = false, resolvable: Boolean! = true,
  isInterfaceObject: Boolean! = false
) repeatable on {_TYPES}
directive @unionMember(graph: Graph!, member: String!) repeatable on UNION
scalar FieldSet
"""
_JOIN_DIRECTIVE = """
directive @directive(
  graphs: [Graph!], name: String!, args: DirectiveArguments
) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
scalar DirectiveArguments
"""
_JOIN_CONTEXT = """
input ContextArgument { name: String! type: String! context: String! selection: FieldValue! }
scalar FieldValue
"""


@dataclass(frozen=True, slots=True)
class Feature:
    """A specification that a supergraph may link; `versions` maps a version to definitions."""

    name: str
    versions: dict[FeatureVersion, str]
    purpose: str | None = None

    @property
    def identity(self) -> str:
        return f"{APOLLO_SPECS}/{self.name}"


def _feature(name: str, purpose: str | None = None, **versions: str) -> Feature:
    by_version = {
        FeatureVersion.parse(key.replace("_", ".")): definitions
        for key, definitions in versions.items()
    }
    return Feature(name, by_version, purpose)


_TAG_0_1 = (
    "directive @tag(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION"
)
_TAG_0_2 = f"directive @tag(name: String!) repeatable on {_EVERYWHERE}"
_INACCESSIBLE_0_1 = "directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION"

FEATURES = {
    feature.identity: feature
    for feature in (
        _feature("link", v1_0=_LINK),
        _feature(
            "join",
            "EXECUTION",
            v0_3=f"{_JOIN_0_3} directive @field({_JOIN_FIELD}) {_JOIN_FIELD_LOCATIONS}",
            v0_4=f"{_JOIN_0_3}{_JOIN_DIRECTIVE} directive @field("
            f"{_JOIN_FIELD}, overrideLabel: String) {_JOIN_FIELD_LOCATIONS}",
            v0_5=f"{_JOIN_0_3}{_JOIN_DIRECTIVE}{_JOIN_CONTEXT} directive @field("
            f"{_JOIN_FIELD}, overrideLabel: String, contextArguments: [ContextArgument!]"
            f") {_JOIN_FIELD_LOCATIONS}",
        ),
        _feature("tag", v0_1=_TAG_0_1, v0_2=_TAG_0_2, v0_3=f"{_TAG_0_2} | SCHEMA"),
        _feature(
            "inaccessible",
            "SECURITY",
            v0_1=_INACCESSIBLE_0_1,
            v0_2=f"directive @inaccessible on {_EVERYWHERE}",
        ),
        _feature("authenticated", "SECURITY", v0_1=f"directive @authenticated on {_PROTECTED}"),
        _feature(
            "requiresScopes",
            "SECURITY",
            v0_1=f"directive @requiresScopes(scopes: [[Scope!]!]!) on {_PROTECTED} scalar Scope",
        ),
        _feature(
            "policy",
            "SECURITY",
            v0_1=f"directive @policy(policies: [[Policy!]!]!) on {_PROTECTED} scalar Policy",
        ),
        _feature(
            "context",
            "SECURITY",
            v0_1="directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION"
            " directive @fromContext(field: ContextFieldValue) on ARGUMENT_DEFINITION"
            " scalar ContextFieldValue",
        ),
        _feature(
            "cost",
            v0_1="directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION"
            " | INPUT_FIELD_DEFINITION | OBJECT | SCALAR"
            " directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields:"
            " [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
        ),
        _feature("cacheTag", "EXECUTION", v0_1=""),
    )
}
"""Every feature whose definitions follow from its link, by identity."""

KNOWN_NAMES = frozenset({"core", "federation", "connect", *(f.name for f in FEATURES.values())})

Definition = DirectiveDefinitionNode | TypeDefinitionNode


def feature_of(link: Link) -> Feature | None:
    """Return the feature if its definitions follow from this link, in this version."""
    feature = FEATURES.get(link.url.identity)
    return feature if feature is not None and link.url.version in feature.versions else None


def feature_definitions(link: Link) -> tuple[Definition, ...]:
    """Return the definitions that a link brings, named as they are in the linking schema."""
    feature = feature_of(link)
    if feature is None or not (text := feature.versions[link.url.version]):
        return ()
    return tuple(rename_definition(node, link) for node in _definitions(text))


@lru_cache(maxsize=256)
def _definitions(text: str) -> tuple[Definition, ...]:
    return tuple(
        node
        for node in parse(text, no_location=True).definitions
        if isinstance(node, DirectiveDefinitionNode | TypeDefinitionNode)
    )
