"""The patients service: ``uvicorn subgraphs.patients.app:app --port 5001``."""

from subgraphs.kit.app import Domain, create_app
from subgraphs.patients.models import outbox
from subgraphs.patients.schema import schema
from subgraphs.patients.service.following import consumer
from subgraphs.patients.types.context import PatientsContext

domain = Domain(
    "patients",
    schema,
    PatientsContext,
    "subgraphs.patients.migrations",
    outbox=outbox,
    consumer=consumer,
)
app = create_app(domain)
