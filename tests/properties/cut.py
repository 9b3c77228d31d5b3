"""A whole graph cut into subgraphs, in a random legal way.

Every field goes to one subgraph or is shared by two; keys differ by subgraph; some fields are
required elsewhere, provided on a path, overridden, or added by an interface object. A subgraph's
resolvers are strict: a required field is read from the representation alone, and a field that the
subgraph must not be asked for (external and not provided, or overridden) is an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from whole import FieldPlan, Whole, declaration, interface_extra

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key",'
    ' "@external", "@requires", "@provides", "@shareable", "@override", "@interfaceObject"])'
)


@dataclass
class Part:
    """A field in one subgraph."""

    plan: FieldPlan
    is_shared: bool = False
    is_external: bool = False
    overridden_by: str | None = None
    overrides: str | None = None
    requires: bool = False
    provides: str | None = None

    def sdl(self) -> str:
        """The field as this subgraph's SDL has it."""
        marks = ["@shareable"] if self.is_shared else []
        marks += ["@external"] if self.is_external else []
        marks += [f'@override(from: "{self.overrides}")'] if self.overrides else []
        marks += [f'@provides(fields: "{self.provides}")'] if self.provides else []
        if self.requires:
            paths = (path.split(".") for path in self.plan.requires)
            fields = " ".join(f"{head} {{ {rest[0]} }}" if rest else head for head, *rest in paths)
            marks.append(f'@requires(fields: "{fields}")')
        return f"{declaration(self.plan)} {' '.join(marks)}"


@dataclass(repr=False)
class Subgraph:
    """The parts of one subgraph, by type and field name."""

    name: str
    whole: Whole
    types: dict[str, dict[str, Part]] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    interface_objects: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        return f"# {self.name}\n{self.sdl()}\n"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))  # what hypothesis shows of a failure

    def part(self, type_name: str, part: Part) -> None:
        """Add a field, and every type that it leads to."""
        self.types.setdefault(type_name, {}).setdefault(part.plan.name, part)
        if part.plan.target:
            for concrete in self.whole.concrete(part.plan.target):
                self.types.setdefault(concrete, {})

    def targets(self) -> set[str | None]:
        """What the fields here lead to."""
        return {part.plan.target for parts in self.types.values() for part in parts.values()}

    def interfaces(self) -> list[str]:
        """The interfaces that fields here lead to."""
        return [name for name in self.whole.interfaces if name in self.targets()]

    def sdl(self) -> str:
        """The subgraph's SDL."""
        lines = [LINK]
        if any("Color" in p.plan.type for parts in self.types.values() for p in parts.values()):
            lines.append("enum Color { RED GREEN BLUE }")
        lines += [self._interface(name) for name in self.interfaces()]
        for name, members in self.whole.unions.items():
            if name in self.targets():
                lines.append(f"union {name} = {' | '.join(members)}")
        lines += [self._type(name, parts) for name, parts in self.types.items()]
        lines += [
            f'type {name} @key(fields: "id") @interfaceObject {{ id: ID! {interface_extra(name)} }}'
            for name in sorted(self.interface_objects)
        ]
        return "\n".join(lines)

    def _interface(self, name: str) -> str:
        fields = ["id: ID!"]
        for shared in ("common", f"extra{name}"):
            if all(shared in self.types[t] for t in self.whole.interfaces[name]):
                fields.append(f"{shared}: String")
        key = ' @key(fields: "id")' if name in self.keys else ""
        return f"interface {name}{key} {{ {' '.join(fields)} }}"

    def _type(self, name: str, parts: dict[str, Part]) -> str:
        lines = [part.sdl() for part in parts.values()]
        plan = self.whole.types.get(name)
        if plan is None:
            return f"type {name} {{ {' '.join(lines)} }}"
        if not plan.is_entity:
            return f"type {name} @shareable {{ {' '.join(lines)} }}"
        keys = self.keys[name]
        mine = [i for i in self.interfaces() if name in self.whole.interfaces[i]]
        implements = f" implements {' & '.join(mine)}" if mine else ""
        marks = "".join(f' @key(fields: "{key}")' for key in keys)
        if "id" in keys or mine:
            lines.append("id: ID!" if "id" in keys else "id: ID! @shareable")
        if "code" in keys or "code" in self.required_codes():
            lines.append("code: String!" if "code" in keys else "code: String! @shareable")
        return f"type {name}{implements}{marks} {{ {' '.join(lines)} }}"

    def required_codes(self) -> set[str]:
        """`code` where a requirement here reads it below a reference."""
        return {
            "code"
            for parts in self.types.values()
            for part in parts.values()
            if part.requires and any(".code" in path for path in part.plan.requires)
        }


@st.composite
def cuts(draw: st.DrawFn, whole: Whole) -> list[Subgraph]:
    """Draw a cut; a composer may yet find that some query has no path in it."""
    subgraphs = [Subgraph(f"s{n}", whole) for n in range(draw(st.integers(2, 4)))]
    for plan in whole.roots.values():
        _place(draw, subgraphs, "Query", plan)
    for type_plan in whole.types.values():
        if type_plan.is_entity:
            for plan in type_plan.fields.values():
                _place_entity_field(draw, subgraphs, type_plan.name, plan)
            _place(draw, subgraphs, type_plan.name, FieldPlan("common", "String"))
    _place_interface_extras(draw, whole, subgraphs)
    _complete_value_types(whole, subgraphs)
    _draw_keys(draw, whole, subgraphs)
    _draw_provides(draw, whole, subgraphs)
    return [subgraph for subgraph in subgraphs if subgraph.types or subgraph.interface_objects]


def _place(draw: st.DrawFn, subgraphs: list[Subgraph], type_name: str, plan: FieldPlan) -> None:
    first = draw(st.sampled_from(subgraphs))
    how = draw(st.sampled_from(("one", "one", "one", "shared", "override")))
    others = [subgraph for subgraph in subgraphs if subgraph is not first]
    if how == "one" or not others:
        first.part(type_name, Part(plan))
        return
    second = draw(st.sampled_from(others))
    if how == "shared":
        first.part(type_name, Part(plan, is_shared=True))
        second.part(type_name, Part(plan, is_shared=True))
    else:
        first.part(type_name, Part(plan, overrides=second.name))
        second.part(type_name, Part(plan, overridden_by=first.name))


def _place_entity_field(
    draw: st.DrawFn, subgraphs: list[Subgraph], type_name: str, plan: FieldPlan
) -> None:
    if not plan.requires:
        _place(draw, subgraphs, type_name, plan)
        return
    heads = [path.partition(".")[0] for path in plan.requires]
    without = [s for s in subgraphs if not any(h in s.types.get(type_name, {}) for h in heads)]
    if not without:
        _place(draw, subgraphs, type_name, plan)
        return
    chosen = draw(st.sampled_from(without))
    chosen.part(type_name, Part(plan, requires=True))
    fields = chosen.whole.types[type_name].fields
    for head in heads:
        chosen.part(type_name, Part(fields[head], is_external=True))


def _place_interface_extras(draw: st.DrawFn, whole: Whole, subgraphs: list[Subgraph]) -> None:
    for interface, concrete in whole.interfaces.items():
        plan = FieldPlan(f"extra{interface}", "String")
        if draw(st.booleans()):
            for type_name in concrete:
                _place(draw, subgraphs, type_name, plan)
            continue
        apart = Subgraph(f"x{interface}", whole, interface_objects={interface})
        subgraphs.append(apart)
        for subgraph in subgraphs:
            if interface in subgraph.targets():
                subgraph.keys[interface] = ("id",)


def _complete_value_types(whole: Whole, subgraphs: list[Subgraph]) -> None:
    for subgraph in subgraphs:
        for name in sorted(name for name in whole.types if name.startswith("V")):
            if name in subgraph.types:
                for plan in whole.types[name].fields.values():
                    subgraph.part(name, Part(plan))


def _draw_keys(draw: st.DrawFn, whole: Whole, subgraphs: list[Subgraph]) -> None:
    choices = (("id",),) * 6 + (("id", "code"), ("id", "code"), ("code",))
    keyed = {t for s in subgraphs for i in s.interface_objects for t in whole.interfaces[i]}
    for subgraph in subgraphs:
        for name in subgraph.types:
            if name in whole.types and whole.types[name].is_entity:
                keys = draw(st.sampled_from(choices))
                forced = name in keyed and "id" not in keys
                subgraph.keys[name] = ("id", *keys) if forced else keys


def _draw_provides(draw: st.DrawFn, whole: Whole, subgraphs: list[Subgraph]) -> None:
    for subgraph in subgraphs:
        for parts in list(subgraph.types.values()):
            for part in list(parts.values()):
                target = part.plan.target
                if target not in subgraph.types or target not in whole.entities():
                    continue
                moved = part.overrides or part.overridden_by or part.is_shared
                if part.is_external or moved or draw(st.integers(0, 2)):
                    continue
                for name, plan in whole.types[target].fields.items():
                    if name.startswith("s") and name not in subgraph.types[target]:
                        owners = [s.types.get(target, {}).get(name) for s in subgraphs]
                        if any(o and (o.overrides or o.is_external) for o in owners):
                            continue
                        for owner in filter(None, owners):
                            owner.is_shared = True
                        subgraph.types[target][name] = Part(plan, is_external=True)
                        part.provides = name
                        break
