"""Draw what makes subgraphs need each other: requirements, provided fields, contexts, and so on."""

from __future__ import annotations

import random

from drawn_world import Context
from graph import KEY_FIELDS, Field, Graph, Part, Subgraph

LITERALS = {
    "(n: Int = 1)": ("", "(n: 5)", "(n: null)"),
    "(n: Int, f: In)": ("", "(n: 5)", "(f: {x: 1, y: [{x: 2}]})"),
    "(c: [Color!] = [RED], f: In = {x: 2})": ("", "(c: [GREEN])", "(f: {c: BLUE})"),
}


def draw_contexts(chance: random.Random, graph: Graph) -> None:
    """An entity that stands below another alone, and whose field asks for what is above it."""
    if chance.random() > 0.2:
        return
    subgraph = chance.choice(graph.subgraphs)
    choices = [
        (name, part.field)
        for name in graph.entities
        for part in subgraph.types.get(name, {}).values()
        if part.field.name.startswith("s") and part.is_plain and "Tone" not in part.field.type
    ]
    if not choices:
        return
    holder, leaf = chance.choice(choices)
    graph.entities["X0"] = {"k0": Field("k0", "String"), "w0": Field("w0", "String")}
    graph.key_forms["X0"] = ["id"]
    wrapped = chance.choice(("X0", "[X0!]", "[[X0]]"))
    way = graph.entities[holder]["x0"] = Field("x0", wrapped, "X0")
    subgraph.add(holder, Part(way))
    subgraph.contexts[holder] = "above"
    argument = f'x: {leaf.type.rstrip("!")} @fromContext(field: "$above {{ {leaf.name} }}")'
    subgraph.types["X0"] = {"id": Part(Field("id", "ID!"))}
    subgraph.keys["X0"] = ['"id"']
    subgraph.add("X0", Part(Field("k0", "String"), arguments=f"({argument})"))
    other = chance.choice(graph.subgraphs)
    other.add("X0", Part(Field("w0", "String")))
    graph.needed.add((holder, leaf.name))
    graph.world.contexts["X0", "k0"] = Context("x", frozenset({holder}), f"{{ {leaf.name} }}")


def draw_interface_objects(chance: random.Random, graph: Graph) -> None:
    """Subgraphs that know an interface's objects by their key alone."""
    knowing = [s for s in graph.subgraphs if "I0" in s.interface_fields]
    if not knowing or chance.random() < 0.4 or "J0" in graph.interfaces:
        return
    for subgraph in knowing if chance.random() < 0.5 else knowing[:1]:
        _give_interface_key(graph, subgraph)
    for number in range(chance.choice((1, 1, 2))):
        _add_interface_object(chance, graph, number)


def _give_interface_key(graph: Graph, subgraph: Subgraph) -> None:
    subgraph.keys["I0"] = ['"id"']
    for member in graph.interfaces["I0"]:
        subgraph.implements.setdefault(member, set()).add("I0")
        subgraph.add(member, Part(Field("id", "ID!"), ["@shareable"]))
        keys = subgraph.keys.setdefault(member, [])
        if '"id"' not in keys:
            keys.append('"id"')
    members = graph.interfaces["I0"]
    subgraph.interface_fields["I0"] = {
        name: part
        for name, part in subgraph.interface_fields["I0"].items()
        if all(subgraph.has(member, name) for member in members)
    }


def _add_interface_object(chance: random.Random, graph: Graph, number: int) -> None:
    apart = Subgraph(f"x{number}", interface_objects={"I0"}, keys={"I0": ['"id"']})
    graph.subgraphs.append(apart)
    apart.add("I0", Part(Field("id", "ID!")))
    members = graph.interfaces["I0"]

    def add(one: Field, *marks: str) -> None:
        apart.add("I0", Part(one, list(marks)))
        for member in graph.interfaces["I0"]:
            graph.entities[member][one.name] = one

    add(Field(f"e{number}", chance.choice(("String", "Int!", "[Int]"))))
    if chance.random() < 0.4 and not set(graph.entities) <= {*members, "X0"}:
        target = chance.choice([n for n in graph.entities if n != "X0" and n not in members])
        wrapping = chance.choice(("{}", "[{}!]"))
        add(Field(f"l{number}", wrapping.format(target), target))
    if chance.random() < 0.5:
        root = Field(f"o{number}", chance.choice(("I0", "[I0!]", "[I0]!")), "I0")
        graph.roots["Query"][root.name] = root
        apart.add("Query", Part(root))
    common = [s for s in graph.subgraphs if "common" in s.interface_fields.get("I0", {})]
    if common and chance.random() < 0.5:
        apart.add("I0", Part(Field("common", "String"), is_external=True))
        add(Field(f"t{number}", "String"), '@requires(fields: "common")')
        for member in graph.interfaces["I0"]:
            graph.needed.add((member, "common"))
            graph.world.requires[member, f"t{number}"] = "common"


def draw_requires(chance: random.Random, graph: Graph) -> None:
    """Fields that need other subgraphs' fields sent, in chains too."""
    for name in [name for name in graph.entities if name != "X0"]:
        for number in range(chance.choice((0, 0, 1, 1, 2))):
            having = [s for s in graph.subgraphs if name in s.types] or graph.subgraphs
            subgraph = chance.choice([s for s in having if not s.interface_objects] or having)
            heads = [
                one
                for one in graph.entities[name].values()
                if not subgraph.has(name, one.name) and one.name not in ("x0", "common", "link")
            ]
            heads += [
                Field(key, KEY_FIELDS[key], "Pair" if key == "pair" else None)
                for key in ("code", "tags", "pair")
                if any(key in form.split() for form in graph.key_forms[name])
                and not subgraph.has(name, key)
                and graph.owners(name, key)
            ]
            if subgraph.interface_objects or not heads:
                continue
            chosen = chance.sample(heads, min(len(heads), chance.choice((1, 1, 2))))
            text = " ".join(_requirement(chance, graph, subgraph, name, h, 0) for h in chosen)
            _add_computed(chance, graph, subgraph, (name, f"c{number}"), text)


def _add_computed(
    chance: random.Random, graph: Graph, subgraph: Subgraph, where: tuple[str, str], text: str
) -> None:
    name, field_name = where
    mark = f'@requires(fields: "{text}")'
    if chance.random() < 0.2:
        target = chance.choice([one for one in graph.targets() if one != "X0"])
        one = Field(field_name, chance.choice(("{}", "[{}]")).format(target), target)
    else:
        one = Field(field_name, chance.choice(("String", "String!")))
        graph.world.requires[name, field_name] = text
    graph.entities[name][field_name] = one
    subgraph.add(name, Part(one, [mark]))


def _requirement(
    chance: random.Random,
    graph: Graph,
    subgraph: Subgraph,
    type_name: str,
    one: Field,
    depth: int,
) -> str:
    """A field of a requirement, declared in the subgraph that requires it."""
    graph.needed.add((type_name, one.name))
    if not subgraph.has(type_name, one.name):
        # A value type is in a subgraph for good; its parent is what is external there.
        subgraph.add(type_name, Part(one, is_external=type_name not in graph.values))
    text = one.name + (chance.choice(LITERALS[one.arguments]) if one.arguments in LITERALS else "")
    if one.target is None:
        return text
    if one.target == "Pair":
        return f"{text} {{ {chance.choice(('a', 'b { c }', 'a b { c }'))} }}"
    concrete = graph.concrete(one.target)
    if concrete == [one.target]:
        return f"{text} {{ {_inner(chance, graph, subgraph, one.target, depth)} }}"
    if one.target in graph.unions and one.target not in subgraph.members:
        subgraph.members[one.target] = concrete
    if one.target in graph.interfaces and one.target not in subgraph.interface_fields:
        _know_interface(graph, subgraph, one.target)
    known = sorted(subgraph.possible(one.target))
    parts = [
        f"... on {member} {{ {_inner(chance, graph, subgraph, member, depth)} }}"
        for member in known
        if chance.random() < 0.7
    ]
    if one.target in graph.interfaces and (not parts or chance.random() < 0.4):
        parts.insert(0, "id")
    return f"{text} {{ {' '.join(parts or ['__typename'])} }}"


def _know_interface(graph: Graph, subgraph: Subgraph, name: str) -> None:
    if name == "J0":
        _know_interface(graph, subgraph, "I0")
        subgraph.interface_parents["J0"] = "I0"
    subgraph.interface_fields.setdefault(name, {"id": Part(Field("id", "ID!"))})
    for member in graph.interfaces[name]:
        subgraph.implements.setdefault(member, set()).add(name)
        subgraph.add(member, Part(Field("id", "ID!"), ["@shareable"]))


def _inner(chance: random.Random, graph: Graph, subgraph: Subgraph, name: str, depth: int) -> str:
    fields = [
        one
        for one in graph.fields_of(name).values()
        if one.name != "x0" and (one.target is None or depth < 2) and one.name[0] not in "ceklt"
    ]
    if name in graph.entities and (not fields or chance.random() < 0.3):
        subgraph.add(name, Part(Field("id", "ID!"), ["@shareable"]))
        return "id"
    chosen = chance.sample(fields, min(len(fields), chance.choice((1, 1, 2))))
    return " ".join(_requirement(chance, graph, subgraph, name, one, depth + 1) for one in chosen)


def draw_provides(chance: random.Random, graph: Graph) -> None:
    """Fields of other subgraphs that a field brings along on one way."""
    for subgraph in graph.subgraphs:
        for type_name, parts in list(subgraph.types.items()):
            for part in list(parts.values()):
                target = part.field.target
                owners = graph.owners(type_name, part.field.name) or [(subgraph, part)]
                is_moved = any("override" in mark for _, one in owners for mark in one.marks)
                if target and not part.is_external and not is_moved and not chance.randrange(4):
                    text = _provided(chance, graph, subgraph, target)
                    if text:
                        part.marks.append(f'@provides(fields: "{text}")')


def _provided(chance: random.Random, graph: Graph, subgraph: Subgraph, target: str) -> str:
    if target in graph.values or target in subgraph.interface_objects:
        return ""
    members = sorted(subgraph.possible(target) & set(graph.entities))
    if members != [target]:
        texts = [
            f"... on {member} {{ {text} }}"
            for member in members
            if (text := _provided_of(chance, graph, subgraph, member))
        ]
        return " ".join(texts)
    return _provided_of(chance, graph, subgraph, target)


def _provided_of(chance: random.Random, graph: Graph, subgraph: Subgraph, target: str) -> str:
    for one in graph.entities[target].values():
        if (
            subgraph.has(target, one.name)
            or one.arguments
            or one.name[0] not in "sv"
            or "Tone" in one.type
        ):
            continue
        owners = [part for _, part in graph.owners(target, one.name)]
        if not owners or any(any("override" in m for m in part.marks) for part in owners):
            continue
        if any(
            s.has(target, one.name) and p.is_external
            for s in graph.subgraphs
            for p in s.types.get(target, {}).values()
            if p.field.name == one.name
        ):
            continue
        if one.target is not None and any(f.target for f in graph.values[one.target].values()):
            continue
        for part in owners:
            if "@shareable" not in part.marks:
                part.marks.append("@shareable")
        subgraph.add(target, Part(one, is_external=True))
        if one.target is None:
            return one.name
        inner = [
            subgraph.add(one.target, Part(field)).field.name
            for field in graph.values[one.target].values()
            if not field.arguments
        ]
        return f"{one.name} {{ {' '.join(inner)} }}" if inner else ""
    return ""


def draw_mutations(chance: random.Random, graph: Graph) -> None:
    """Root fields that are run one after the other, some of them counting."""
    if chance.random() < 0.5:
        return
    fields = graph.roots["Mutation"] = {}
    for number in range(chance.randint(1, 3)):
        target = chance.choice([None, *graph.targets()])
        if target == "X0":
            continue
        type_text = "Int!" if target is None else chance.choice(("{}", "[{}!]")).format(target)
        one = fields[f"m{number}"] = Field(f"m{number}", type_text, target)
        first, *others = chance.sample(graph.subgraphs, len(graph.subgraphs))
        if target in first.interface_objects or chance.random() < 0.75:
            first.add("Mutation", Part(one))
        else:
            for subgraph in (first, *others[:1]):
                subgraph.add("Mutation", Part(one, ["@shareable"]))
    if not fields:
        del graph.roots["Mutation"]


def draw_inaccessible(chance: random.Random, graph: Graph) -> None:
    """Fields that clients must not see, though keys and requirements may need them."""
    for subgraph in graph.subgraphs:
        for name, parts in subgraph.types.items():
            for part in parts.values():
                is_leaf = part.field.target is None and part.field.name not in ("id", "common")
                is_leaf = is_leaf and not part.is_external
                if name in graph.entities and is_leaf and chance.random() < 0.05:
                    part.marks.append("@inaccessible")
