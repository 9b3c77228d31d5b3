"""Opening a record in an emergency."""

from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.identifiers import new_id
from subgraphs.records.domain.access import BREAK_GLASS_LASTS, is_justification
from subgraphs.records.models import BreakGlass
from subgraphs.records.repository.rows import add
from subgraphs.records.service.documents import Moment
from subgraphs.records.service.telling import tell_emergency


async def break_glass(
    session: Session, patient_id: str, justification: str, moment: Moment
) -> BreakGlass:
    """Open a patient's record to the actor for some hours, for a reason that is kept.

    Raises:
        InvalidInput: no reason that explains an emergency.
    """
    if not is_justification(justification):
        message = "Explique a emergência em algumas palavras."
        raise InvalidInput(message, path=["justification"])
    emergency = BreakGlass(
        id=new_id(),
        patient_id=patient_id,
        actor_id=moment.actor,
        justification=justification.strip(),
        at=moment.at,
        expires_at=moment.at + BREAK_GLASS_LASTS,
    )
    await add(session, emergency)
    await tell_emergency(session, emergency)
    return emergency
