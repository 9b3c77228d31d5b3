"""Who may what in appointments, as the schema's directives say it, and whose visits one sees."""

from strawberry.federation.schema_directives import Authenticated, RequiresScopes, Tag

from subgraphs.kit.auth.actor import Actor

SIGNED_IN = Authenticated()
READ = RequiresScopes(scopes=[["appointment:read"]])
WRITE = RequiresScopes(scopes=[["appointment:write"]])
OVERBOOK = RequiresScopes(scopes=[["appointment:overbook"]])
MANAGE = RequiresScopes(scopes=[["agenda:manage"]])
STAFF = Tag(name="staff")
"""Not for the patients' portal: its contract leaves out what has this tag."""


def sees_all_visits(actor: Actor) -> bool:
    """Whether everybody's visits are for this actor's eyes: those of staff are."""
    # Without a token the schema refuses them the type, with an error that says so.
    return not actor.authenticated or "appointment:read" in actor.scopes


def books_for(actor: Actor, patient_id: str) -> bool:
    """Whether this actor may keep a slot for this patient: staff may, and the patient."""
    if not actor.authenticated:
        return True  # As above.
    return "appointment:write" in actor.scopes or actor.patient_id == patient_id
