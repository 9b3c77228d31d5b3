"""When each jump into some subgraphs can be made, and who then answers each want.

The level of a jump is one more than that of the last thing it needs. Levels are the least solution
of these equations, found by going over them until nothing gets earlier; a jump that could only
wait for itself gets none.
"""

from __future__ import annotations

from collections.abc import Iterator

from router.planner.answers import Answer, Source, joint, leaf, single
from router.planner.entrances import Entrance, Entrances, Options
from router.planner.placement import Assigned, Cost, Crossing, Jump, JumpKey, Spot
from router.planner.visits import Visit
from router.planner.wants import Want
from router.query_graph.model import SubgraphType

_NOT_YET = 1_000_000


class Levels:
    """The levels of jumps into `allowed` views, and what follows from them."""

    def __init__(self, entrances: Entrances, allowed: frozenset[SubgraphType]) -> None:
        self._entrances = entrances
        self._spots = entrances.spots
        self._base = min((spot.level for spot in self._spots), default=0)
        known = (spot.level for spot in self._spots if not spot.visit.is_opaque)
        # An object can be sent as one of its type once a visit has told the type.
        self._told = min(known, default=self._base)
        self._jumps = {k: e for k, e in entrances.jumps.items() if k.view in allowed}
        self._level: dict[JumpKey, int] = {}
        self._carried: dict[JumpKey, tuple[Want, ...]] = {}
        self._ready: dict[Want, Answer] = {}
        self._answers: dict[Want, list[Answer]] = {}
        while self._advance():
            pass

    def _advance(self) -> bool:
        """Go over all equations once; tell whether anything got earlier."""
        earlier = False
        for need, options in self._entrances.needs.items():
            answers = [a for a in self._answer(need, options) if a.missing == 0]
            best = min(answers, key=lambda answer: (answer.end, answer.fetches), default=None)
            if best is not None and best.end < self._end(need):
                self._ready[need] = best
                earlier = True
        for key, entrance in self._jumps.items():
            level, carried = self._enter(entrance)
            if level < self._level.get(key, _NOT_YET):
                self._level[key] = level
                self._carried[key] = carried
                earlier = True
        return earlier

    def _end(self, need: Want) -> int:
        answer = self._ready.get(need)
        return _NOT_YET if answer is None else answer.end

    def _enter(self, entrance: Entrance) -> tuple[int, tuple[Want, ...]]:
        """The earliest level of a jump, and what its representation then carries."""
        best: tuple[int, tuple[Want, ...]] = (_NOT_YET, ())
        for keys in entrance.keys:
            carried = tuple(dict.fromkeys((*keys, *entrance.requires)))
            last = max((self._end(want) for want in carried), default=self._base)
            last = max(last, self._told)
            if last + 1 < best[0]:
                best = (last + 1, carried)
        return best

    def _visits(self, name: str, options: Options) -> Iterator[tuple[Source, Spot]]:
        for index in options.spots:
            yield index, self._spots[index]
        for key in options.jumps:
            if key in self._level:
                yield key, Spot(self._entrances.search.visits.enter(key.view), self._level[key])

    def _answer(self, want: Want, options: Options) -> list[Answer]:
        visits = list(self._visits(want.name, options))
        if want.name == "__typename":
            return [leaf(source, spot.level) for source, spot in visits]
        answers: list[Answer] = []
        landed: list[tuple[Source, Spot]] = []
        for source, spot in visits:
            below = spot.visit.below(want.name)
            if below is None:
                answers.append(leaf(source, spot.level))
            else:
                landed.append((source, Spot(below, spot.level)))
        return answers or self._answer_below(want, landed)

    def _answer_below(self, want: Want, landed: list[tuple[Source, Spot]]) -> list[Answer]:
        """Answer a field with selections: by one visit if that is free, or by all together.

        All together are never worse than one of them, because what is not needed is not used.
        """
        search = self._entrances.search
        answers: list[Answer] = []
        runs_once = self._runs_once(landed)
        alone = landed if runs_once or _differ(landed) else landed[:1]
        for source, spot in alone:
            placed = search.place(want.wants, (Spot(spot.visit, 0),))
            if placed is not None:
                answers.append(single(source, spot.level, placed))
        if not (len(landed) < 2 or runs_once or any(answer.is_free for answer in answers)):
            answers.extend(self._together(want, landed))
        return answers

    def _together(self, want: Want, landed: list[tuple[Source, Spot]]) -> list[Answer]:
        """Answer a field by several visits at once, of which only those are asked that it takes.

        One that is not asked does not say what can stand there either.
        """
        placed = self._entrances.search.place(want.wants, tuple(spot for _, spot in landed))
        if placed is None:
            return []
        answer = joint(landed, placed)
        if len(answer.used) == len(landed) or not _differ(landed):
            return [answer]
        return self._together(want, [one for one in landed if one[0] in answer.used])

    def _runs_once(self, landed: list[tuple[Source, Spot]]) -> bool:
        """A root field other than of a query must not be asked of two subgraphs."""
        query = self._entrances.search.graph.supergraph.query
        return any(
            isinstance(source, JumpKey) and source.view.is_root and source.view.name != query
            for source, _ in landed
        )

    def _answers_to(self, want: Want) -> list[Answer]:
        found = self._answers.get(want)
        if found is None:
            found = self._answer(want, self._entrances.options[want])
            self._answers[want] = found
        return found

    def _deadline(self, wants: tuple[Want, ...]) -> int:
        """The earliest level by which everything can be there."""
        ends = (
            min((a.missing, a.end) for a in answers)[1]
            for want in wants
            if (answers := self._answers_to(want))
        )
        return max(ends, default=self._base)

    def ideal(self, wants: tuple[Want, ...], forced: int) -> Cost:
        """A bound: no choice among these views costs less."""
        answered = [answers for want in wants if (answers := self._answers_to(want))]
        lost = len(wants) - len(answered)
        return Cost(
            lost + sum(min(a.missing for a in answers) for answers in answered),
            self._deadline(wants),
            forced + sum(min(a.fetches for a in answers) for answers in answered),
        )

    def crossing(self, wants: tuple[Want, ...]) -> Crossing:
        """Choose an answer for each want: in time, then with the fewest fetches below it."""
        deadline = self._deadline(wants)
        chosen: dict[Want, Answer] = {}
        for want in wants:
            answers = self._answers_to(want)
            if answers:
                chosen[want] = min(
                    answers,
                    key=lambda a: (a.missing, max(a.end - deadline, 0), a.fetches, a.end),
                )
        jumps = self._jumps_used(chosen)
        missing = tuple(want for want in wants if want not in chosen)
        return Crossing(
            tuple(self._jump(key, jumps) for key in jumps),
            tuple(self._assign(want, answer, jumps) for want, answer in chosen.items()),
            self._cost(chosen, jumps, len(missing)),
            missing,
        )

    def _jumps_used(self, chosen: dict[Want, Answer]) -> list[JumpKey]:
        used: dict[JumpKey, None] = {}
        waiting = list(chosen.values())
        while waiting:
            for source in waiting.pop().used:
                if isinstance(source, JumpKey) and source not in used:
                    used[source] = None
                    waiting.extend(self._ready[want] for want in self._carried[source])
        order = {key: index for index, key in enumerate(self._jumps)}
        return sorted(used, key=lambda key: (self._level[key], order[key]))

    def _jump(self, key: JumpKey, jumps: list[JumpKey]) -> Jump:
        visit: Visit = self._entrances.search.visits.enter(key.view)
        needs = (self._assign(want, self._ready[want], jumps) for want in self._carried[key])
        return Jump(key, visit, self._level[key], tuple(needs))

    def _assign(self, want: Want, answer: Answer, jumps: list[JumpKey]) -> Assigned:
        indexes = (
            source if isinstance(source, int) else len(self._spots) + jumps.index(source)
            for source in (s if s in answer.used else -1 for s in answer.sources)
        )
        return Assigned(want, tuple(indexes), answer.below, answer.base)

    def _cost(self, chosen: dict[Want, Answer], jumps: list[JumpKey], lost: int) -> Cost:
        carried = {want: self._ready[want] for key in jumps for want in self._carried[key]}
        answers = [*chosen.values(), *carried.values()]
        return Cost(
            lost + sum(answer.missing for answer in answers),
            max((answer.end for answer in answers), default=self._base),
            len({(key.view.graph, self._level[key], key.deferral) for key in jumps})
            + sum(answer.fetches for answer in answers),
        )


def _differ(landed: list[tuple[Source, Spot]]) -> bool:
    """Tell whether the visits differ in the types that can stand there."""
    views = {spot.visit.view.possible for _, spot in landed if not spot.visit.is_opaque}
    return len(views) > 1
