"""Who may what about patients, as the schema's directives say it, and whose data one sees."""

from strawberry.federation.schema_directives import Authenticated, RequiresScopes

from subgraphs.kit.auth.actor import Actor
from subgraphs.patients.types.loaders import Found

SIGNED_IN = Authenticated()
READ = RequiresScopes(scopes=[["patient:read"]])
WRITE = RequiresScopes(scopes=[["patient:write"]])
MERGE = RequiresScopes(scopes=[["patient:merge"]])
AUDIT = RequiresScopes(scopes=[["audit:read"]])
PRIVACY = RequiresScopes(scopes=[["privacy:officer"]])


def sees(actor: Actor, found: Found) -> bool:
    """Whether a registration is for this actor's eyes.

    Who may read patients sees all of them; a patient what is the patient's own, merged or not.
    """
    if not actor.authenticated:
        return True  # The schema refuses them the type, with an error that says so.
    own = {found.row.id, found.data.id}
    return "patient:read" in actor.scopes or actor.patient_id in own
