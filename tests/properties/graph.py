"""A random graph as it is drawn: types, the subgraphs that have parts of them, and their SDL."""

from __future__ import annotations

from dataclasses import dataclass, field

from drawn_world import World

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key",'
    ' "@external", "@requires", "@provides", "@shareable", "@override", "@interfaceObject",'
    ' "@inaccessible", "@context", "@fromContext"])'
)
SHARED_TYPES = {
    "Color": "enum Color { RED GREEN BLUE }",
    "In": "input In { x: Int = 3 y: [In!] c: Color = RED d: In }",
    "Pair": "type Pair @shareable { a: Int! b: Inner! }",
    "Inner": "type Inner @shareable { c: String! }",
}
TONES = ("LOW", "MIDDLE", "HIGH")
KEY_FIELDS = {"id": "ID!", "code": "String!", "pair": "Pair!", "tags": "[String!]!"}


@dataclass(frozen=True)
class Field:
    """A field; `target` is the entity, value type, interface or union that it leads to."""

    name: str
    type: str
    target: str | None = None
    arguments: str = ""

    @property
    def is_required(self) -> bool:
        return self.type.endswith("!")


@dataclass
class Part:
    """A field in one subgraph, with its directives."""

    field: Field
    marks: list[str] = field(default_factory=list)
    is_external: bool = False
    arguments: str = ""

    @property
    def is_plain(self) -> bool:
        return not self.marks and not self.is_external

    def sdl(self) -> str:
        arguments = self.arguments or self.field.arguments
        marks = [*self.marks, *(["@external"] if self.is_external else [])]
        return " ".join([f"{self.field.name}{arguments}: {self.field.type}", *marks])


@dataclass(repr=False)
class Subgraph:
    """What one subgraph has of each type."""

    name: str
    types: dict[str, dict[str, Part]] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    implements: dict[str, set[str]] = field(default_factory=dict)
    """Interfaces by object type."""
    members: dict[str, list[str]] = field(default_factory=dict)
    """Members by union."""
    interface_fields: dict[str, dict[str, Part]] = field(default_factory=dict)
    interface_parents: dict[str, str] = field(default_factory=dict)
    interface_objects: set[str] = field(default_factory=set)
    contexts: dict[str, str] = field(default_factory=dict)
    """The context that each type sets."""
    tones: tuple[str, ...] = TONES
    hidden_tone: str = ""
    """A value that clients must not see."""
    extra_input: bool = False

    def add(self, type_name: str, part: Part) -> Part:
        return self.types.setdefault(type_name, {}).setdefault(part.field.name, part)

    def has(self, type_name: str, name: str) -> bool:
        return name in self.types.get(type_name, {})

    def possible(self, target: str) -> set[str]:
        """The object types that can stand where this subgraph returns a target."""
        if target in self.members:
            return set(self.members[target])
        if target in self.interface_fields:
            return {name for name, mine in self.implements.items() if target in mine}
        return {target}

    def sdl(self) -> str:
        lines = [self._type(name, parts) for name, parts in self.types.items()]
        lines += [self._interface(name, fs) for name, fs in self.interface_fields.items()]
        lines += [f"union {name} = {' | '.join(m)}" for name, m in self.members.items()]
        text = "\n".join(lines)
        if "Tone" in text:
            hidden = {self.hidden_tone: f"{self.hidden_tone} @inaccessible"}
            lines.append(f"enum Tone {{ {' '.join(hidden.get(one, one) for one in self.tones)} }}")
        for name in ("Pair", "Inner", "In", "Color"):
            shared = SHARED_TYPES[name]
            if name == "In" and self.extra_input:
                shared = shared.replace("d: In", "d: In only: String")
            if any(
                f"{name} " in f"{line} " or f"{name}!" in line or f"{name})" in line
                for line in lines
            ):
                lines.append(shared)
        return "\n".join([LINK, *lines])

    def _type(self, name: str, parts: dict[str, Part]) -> str:
        marks = [f"@key(fields: {key})" for key in self.keys.get(name, ())]
        marks += ["@interfaceObject"] if name in self.interface_objects else []
        marks += [f'@context(name: "{self.contexts[name]}")'] if name in self.contexts else []
        marks += ["@shareable"] if name.startswith("V") else []
        mine = sorted(self.implements.get(name, ()))
        implements = f" implements {' & '.join(mine)}" if mine else ""
        body = " ".join(part.sdl() for part in parts.values())
        return f"type {name}{implements} {' '.join(marks)} {{ {body} }}"

    def _interface(self, name: str, parts: dict[str, Part]) -> str:
        marks = [f"@key(fields: {key})" for key in self.keys.get(name, ())]
        parent = self.interface_parents.get(name)
        implements = f" implements {parent}" if parent else ""
        body = " ".join(part.sdl() for part in parts.values())
        return f"interface {name}{implements} {' '.join(marks)} {{ {body} }}"


@dataclass(repr=False)
class Graph:
    """Types as a whole, the subgraphs, and the rows."""

    entities: dict[str, dict[str, Field]] = field(default_factory=dict)
    values: dict[str, dict[str, Field]] = field(default_factory=dict)
    interfaces: dict[str, list[str]] = field(default_factory=dict)
    unions: dict[str, list[str]] = field(default_factory=dict)
    roots: dict[str, dict[str, Field]] = field(default_factory=dict)
    key_forms: dict[str, list[str]] = field(default_factory=dict)
    subgraphs: list[Subgraph] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    needed: set[tuple[str, str]] = field(default_factory=set)
    """Fields that some field set names: their values are always to be had."""
    is_frail: bool = False
    world: World = field(default_factory=World)

    def __repr__(self) -> str:
        return "\n".join(f"# {s.name}\n{s.sdl()}" for s in self.subgraphs)

    def targets(self) -> list[str]:
        return [*self.entities, *self.interfaces, *self.unions]

    def concrete(self, target: str) -> list[str]:
        return self.interfaces.get(target) or self.unions.get(target) or [target]

    def fields_of(self, name: str) -> dict[str, Field]:
        return self.entities.get(name) or self.values.get(name) or self.roots.get(name) or {}

    def owners(self, type_name: str, name: str) -> list[tuple[Subgraph, Part]]:
        """The subgraphs that have a field, but for those where it is external."""
        names = [type_name, *(i for i, types in self.interfaces.items() if type_name in types)]
        return [
            (s, s.types[one][name])
            for s in self.subgraphs
            for one in names
            if s.has(one, name) and not s.types[one][name].is_external
        ]

    def sources(self) -> dict[str, str]:
        return {subgraph.name: subgraph.sdl() for subgraph in self.subgraphs}
