"""Draw a graph and cut it into subgraphs, in a random way that is legal or nearly so.

A composer may yet refuse a graph: a key that leads nowhere, a part of a value type that nobody can
reach. Those are passed over.
"""

from __future__ import annotations

import random
from dataclasses import replace

from draw_features import (
    draw_contexts,
    draw_inaccessible,
    draw_interface_objects,
    draw_mutations,
    draw_provides,
    draw_requires,
)
from draw_rows import fill
from graph import KEY_FIELDS, TONES, Field, Graph, Part, Subgraph

LEAVES = ("String", "Int", "Boolean", "Color", "Tone", "String!", "Int!", "[String!]", "[Int]!")
WRAPPINGS = ("{}", "{}", "{}!", "[{}!]", "[{}]", "[{}!]!", "[[{}!]]", "[[{}]!]!")
ARGUMENTS = ("(n: Int = 1)", "(n: Int, f: In)", "(c: [Color!] = [RED], f: In = {x: 2})")


def draw_graph(chance: random.Random, *, objects_only: bool = False) -> Graph:
    """Draw a graph, its cut and its rows; with objects only, nothing is abstract."""
    graph = Graph()
    _draw_types(chance, graph, objects_only)
    graph.subgraphs = [Subgraph(f"s{n}") for n in range(chance.choice((2, 2, 3, 3, 4)))]
    _place_fields(chance, graph)
    if not objects_only:
        draw_contexts(chance, graph)
    for subgraph in graph.subgraphs:
        _complete(chance, graph, subgraph)
    draw_interface_objects(chance, graph)
    draw_requires(chance, graph)
    draw_provides(chance, graph)
    if not objects_only:
        draw_mutations(chance, graph)
    draw_inaccessible(chance, graph)
    for subgraph in graph.subgraphs:
        _complete(chance, graph, subgraph)
    graph.subgraphs = [s for s in graph.subgraphs if s.types]
    graph.is_frail = chance.random() < 0.4
    fill(chance, graph)
    return graph


def _draw_types(chance: random.Random, graph: Graph, objects_only: bool) -> None:
    entities = [f"E{n}" for n in range(chance.randint(2, 4))]
    values = [f"V{n}" for n in range(chance.randint(0, 2))]
    graph.entities = {name: {} for name in entities}
    graph.values = {name: {} for name in values}

    def some(names: list[str]) -> list[str]:
        return sorted(chance.sample(names, min(len(names), chance.choice((1, 2, 2, 3)))))

    if not objects_only and chance.random() < 0.6:
        graph.interfaces["I0"] = some(entities)
        if chance.random() < 0.3:
            graph.interfaces["J0"] = some(graph.interfaces["I0"])
    if not objects_only and chance.random() < 0.5:
        graph.unions["U0"] = some([*entities, *values])
    for name in (*entities, *values):
        _draw_fields(chance, graph, name)
    roots = graph.roots["Query"] = {}
    for number, target in enumerate((*graph.targets(), *values[:1])):
        wrapping = chance.choice(("{}", "{}", "[{}]", "[{}!]", "{}!"))
        arguments = "(f: In)" if chance.random() < 0.15 else ""
        roots[f"q{number}"] = Field(f"q{number}", wrapping.format(target), target, arguments)
    for name in entities:
        some_forms = ["code", "id code", "pair { a b { c } }", "tags code"]
        if name != "E0":
            some_forms.append("owner { id } code")
        forms = ["id", *chance.sample(some_forms, chance.choice((0, 1, 1, 2)))]
        graph.key_forms[name] = forms


def _draw_fields(chance: random.Random, graph: Graph, name: str) -> None:
    fields = graph.entities[name] if name in graph.entities else graph.values[name]

    def add(field_name: str, type_text: str, target: str | None = None, more: str = "") -> None:
        fields[field_name] = Field(field_name, type_text, target, more)

    for number in range(chance.randint(1, 3)):
        add(f"s{number}", chance.choice(LEAVES))
    if chance.random() < 0.4:
        add("a0", chance.choice(("String", "String!")), None, chance.choice(ARGUMENTS))
    deeper = [value for value in graph.values if not name.startswith("V") or value > name]
    if deeper and chance.random() < 0.6:
        target = chance.choice(deeper)
        add("v0", chance.choice(WRAPPINGS[:6]).format(target), target)
    is_entity = name in graph.entities
    targets = graph.targets() if is_entity else [t for t in graph.targets() if t[0] != "U"]
    for number in range(chance.randint(0, 2 if is_entity else 1)):
        target = chance.choice(targets)
        # What must be there may lead round in circles for ever; only rows of entities can.
        add(f"r{number}", chance.choice(WRAPPINGS).format(target), target)
    if any(name in members for members in graph.interfaces.values()):
        add("common", "String")
        link = graph.interfaces["I0"][0]
        if chance.random() < 0.5:
            add("link", link, link)


def _place_fields(chance: random.Random, graph: Graph) -> None:
    for root in graph.roots["Query"].values():
        _place(chance, graph, "Query", root)
    for name, fields in graph.entities.items():
        for one in fields.values():
            _place(chance, graph, name, one)
    if chance.random() < 0.3:
        for subgraph in graph.subgraphs:
            subgraph.extra_input = chance.random() < 0.5
    if chance.random() < 0.3:
        for subgraph in graph.subgraphs:
            subgraph.tones = tuple(chance.sample(TONES, chance.randint(1, 3)))
    if chance.random() < 0.15:
        hidden = chance.choice(TONES)
        for subgraph in graph.subgraphs:
            subgraph.hidden_tone = hidden


def _place(chance: random.Random, graph: Graph, type_name: str, one: Field) -> None:
    first, *others = chance.sample(graph.subgraphs, len(graph.subgraphs))
    how = chance.random()
    if how < 0.6:
        first.add(type_name, Part(one))
    elif how < 0.8 or not others:
        first.add(type_name, Part(one, ["@shareable"]))
        for subgraph in others[: chance.randint(1, 2)]:
            subgraph.add(
                type_name, Part(_as_others_see_it(chance, graph, type_name, one), ["@shareable"])
            )
    else:
        label = ""
        if how > 0.9:
            name = chance.choice(("percent(0)", "percent(100)", "new", "old"))
            graph.labels.add(name)
            label = f', label: "{name}"'
        first.add(type_name, Part(one, [f'@override(from: "{others[0].name}"{label})']))
        others[0].add(type_name, Part(one))


def _as_others_see_it(chance: random.Random, graph: Graph, type_name: str, one: Field) -> Field:
    """A shared field may be optional to one of its subgraphs; then its value is always there."""
    if not one.is_required or chance.random() < 0.6:
        return one
    graph.needed.add((type_name, one.name))
    return replace(one, type=one.type[:-1])


def _complete(chance: random.Random, graph: Graph, subgraph: Subgraph) -> None:
    """Add every type that fields lead to, with keys, value fields, interfaces and members."""
    waiting = list(subgraph.types)
    while waiting:
        name = waiting.pop()
        _complete_type(chance, graph, subgraph, name)
        for part in list(subgraph.types[name].values()):
            target = part.field.target
            if target is None or target in subgraph.interface_objects:
                continue
            for concrete in _concrete(chance, graph, subgraph, target):
                if concrete not in subgraph.types:
                    subgraph.types[concrete] = {}
                    waiting.append(concrete)


def _concrete(chance: random.Random, graph: Graph, subgraph: Subgraph, target: str) -> list[str]:
    if target in graph.unions:
        if target not in subgraph.members:
            members = graph.unions[target]
            some = chance.sample(members, chance.randint(1, len(members)))
            subgraph.members[target] = sorted(some if chance.random() < 0.4 else members)
        return subgraph.members[target]
    if target not in graph.interfaces:
        return [target]
    _add_interface(chance, graph, subgraph, target)
    return sorted(subgraph.possible(target))


def _add_interface(chance: random.Random, graph: Graph, subgraph: Subgraph, name: str) -> None:
    if name in subgraph.interface_fields:
        return
    members = graph.interfaces[name]
    some = (
        members
        if chance.random() < 0.7
        else chance.sample(members, chance.randint(1, len(members)))
    )
    parts = subgraph.interface_fields[name] = {"id": Part(Field("id", "ID!"))}
    if name == "J0":
        _add_interface(chance, graph, subgraph, "I0")
        subgraph.interface_parents["J0"] = "I0"
        for member in some:
            subgraph.implements.setdefault(member, set()).add("I0")
            _declare_key_field(graph, subgraph, member, "id")
        parts |= subgraph.interface_fields["I0"]
    for member in some:
        subgraph.implements.setdefault(member, set()).add(name)
        _declare_key_field(graph, subgraph, member, "id")
    possible = subgraph.possible(name)
    fields = graph.entities[members[0]]
    for shared in ("common", "link"):
        if shared in fields and all(subgraph.has(member, shared) for member in possible):
            parts[shared] = Part(fields[shared])
    if name == "J0":
        for shared in subgraph.interface_fields["I0"]:
            parts.setdefault(shared, subgraph.interface_fields["I0"][shared])


def _declare_key_field(graph: Graph, subgraph: Subgraph, type_name: str, name: str) -> None:
    if name == "owner":
        subgraph.add(type_name, Part(Field("owner", "E0!", "E0"), ["@shareable"]))
        if "E0" not in subgraph.types:
            subgraph.types["E0"] = {}
        subgraph.add("E0", Part(Field("id", "ID!"), ["@shareable"]))
    else:
        subgraph.add(type_name, Part(Field(name, KEY_FIELDS[name]), ["@shareable"]))


def _complete_type(chance: random.Random, graph: Graph, subgraph: Subgraph, name: str) -> None:
    if name in graph.values:
        fields = list(graph.values[name].values())
        if not subgraph.types[name]:
            some = fields if chance.random() < 0.93 else chance.sample(fields, 1)
            for one in some:
                subgraph.add(name, Part(one))
        return
    if name not in graph.entities or name in subgraph.keys:
        return
    forms = graph.key_forms[name]
    chosen = ["id"] if chance.random() < 0.5 else chance.sample(forms, min(len(forms), 2))
    if chance.random() < 0.15:
        chosen = forms
    subgraph.keys[name] = []
    for form in dict.fromkeys(chosen):
        stub = ", resolvable: false" if len(chosen) > 1 and chance.random() < 0.1 else ""
        subgraph.keys[name].append(f'"{form}"{stub}')
        for field_name in KEY_FIELDS:
            if field_name in form.split() and not form.startswith(f"owner {{ {field_name}"):
                _declare_key_field(graph, subgraph, name, field_name)
        if form.startswith("owner"):
            _declare_key_field(graph, subgraph, name, "owner")
    if not subgraph.types[name]:
        _declare_key_field(graph, subgraph, name, "id")
