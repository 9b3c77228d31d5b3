"""The copies that a service keeps of patients, and which registrations are one person's."""

from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from subgraphs.kit.database import Session
from subgraphs.kit.patients.snapshot import ANONYMISED, ERASED_NAME, PatientSnapshot


class PatientReplicas:
    """The rows of a service's own ``model``.

    It has ``id``, ``display_name``, ``status``, ``version``, ``merged_into_id``, and ``person_id``:
    the registration that a merged one stands for by now, its own id otherwise.
    """

    def __init__(self, model: Any) -> None:
        self._model = model

    async def remember(self, session: Session, patient: PatientSnapshot, **more: object) -> None:
        """Store what was told, and ``more`` beside it, unless something newer is stored already.

        Who was erased stays erased, whatever comes later: an old event or a repeated one. With a
        person's registration the names of those that were merged into it are erased.
        """
        model, kept = self._model, patient.to_keep()
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        values = {
            "display_name": kept.display_name,
            "status": kept.status,
            "version": kept.version,
            **more,
        }
        statement = dialect.insert(model).values(id=kept.id, person_id=kept.id, **values)
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=[model.id],
                set_={name: statement.excluded[name] for name in values},
                where=and_(
                    model.version <= statement.excluded.version,
                    or_(model.status != ANONYMISED, statement.excluded.status == ANONYMISED),
                ),
            )
        )

        if kept.status == ANONYMISED:
            merged = model.id.in_(await self.standing_for(session, kept.id))
            await session.execute(update(model).where(merged).values(display_name=ERASED_NAME))

    async def link(self, session: Session, patient_id: str, merged_into_id: str | None) -> str:
        """Say which registration a patient's was merged into, or that it stands alone again.

        Whoever was merged into it before goes along. Gives the registration that it stands for now.
        """
        model = self._model
        this = update(model).where(model.id == patient_id)
        await session.execute(this.values(merged_into_id=merged_into_id))
        person_id = patient_id
        while merged_into_id is not None:
            person_id = merged_into_id
            into = select(model.merged_into_id).where(model.id == person_id)
            merged_into_id = await session.scalar(into)
        for ids in await self._merged_below(session, patient_id):
            among = update(model).where(model.id.in_(ids))
            await session.execute(among.values(person_id=person_id))
        return person_id

    async def standing_for(self, session: Session, patient_id: str) -> list[str]:
        """The registration, and all that were merged into it, directly or not."""
        return [id for ids in await self._merged_below(session, patient_id) for id in ids]

    async def _merged_below(self, session: Session, patient_id: str) -> list[list[str]]:
        found = [[patient_id]]
        while found[-1]:
            merged = select(self._model.id).where(self._model.merged_into_id.in_(found[-1]))
            found.append(list(await session.scalars(merged)))
        return found[:-1]
