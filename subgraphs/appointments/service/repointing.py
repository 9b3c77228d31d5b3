"""After a merge, or its undoing: the visits go to the registration that stands for the person.

Where that patient is elsewhere at the time already, the visit stays with the old registration,
which still answers; it is counted, and somebody has to look at it.
"""

from datetime import datetime

from subgraphs.appointments.repository import patients, repointings
from subgraphs.kit.database import Session

AT_ONCE = 200


async def repoint_some(session: Session, now: datetime) -> bool:
    """Move some visits of the oldest job; whether there was something to do.

    Each transaction moves a few, and writes down how far it came: the job goes on from there.
    """
    job = await repointings.next_job(session)
    if job is None:
        return False
    origins = await patients.standing_for(session, job.patient_id)
    person_id = (await patients.persons(session, [job.patient_id]))[job.patient_id]
    if person_id not in await patients.persons(session, [person_id]):
        return False  # Their registration has not been told yet.
    visits = await repointings.visits_elsewhere(session, job, origins, person_id, AT_ONCE)
    for visit in visits:
        moved = await repointings.give(session, visit, person_id)
        job.moved, job.conflicts = job.moved + moved, job.conflicts + (not moved)
        job.last_visit_id = visit.id
    if len(visits) < AT_ONCE:
        job.finished_at = now
    return True
