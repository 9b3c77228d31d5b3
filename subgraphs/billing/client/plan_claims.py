"""What billing asks the health plan about claims."""

from subgraphs.billing.client.claim_messages import (
    Appeal,
    AppealMessage,
    ClaimedBatch,
    ProtocolMessage,
    StatementMessage,
)
from subgraphs.billing.client.plan_call import PlanCall, Question


class PlanClaims:
    """The health plan's claims department as billing sees it. All of it raises PlanUnavailable."""

    def __init__(self, call: PlanCall) -> None:
        self._call = call

    async def send_batch(self, batch: ClaimedBatch) -> str:
        """Send a batch; its protocol. With the same key it is one batch."""
        question = _posting(batch.ans_registry, "/v1/claim-batches", batch.to_json(), batch.key)
        return ProtocolMessage.read(await self._call.ask(question)).protocol

    async def statement(self, ans_registry: str, protocol: str) -> StatementMessage:
        """What came of each item so far."""
        path = f"/v1/protocols/{protocol}/statement"
        return StatementMessage.read(await self._call.ask(Question(ans_registry, "GET", path)))

    async def send_appeal(self, appeal: Appeal) -> AppealMessage:
        """Contest denials. With the same key it is one appeal."""
        question = _posting(appeal.ans_registry, "/v1/appeals", appeal.to_json(), appeal.key)
        return AppealMessage.read(await self._call.ask(question))

    async def appeal(self, ans_registry: str, reference: str) -> AppealMessage:
        """How an appeal stands."""
        path = f"/v1/appeals/{reference}"
        return AppealMessage.read(await self._call.ask(Question(ans_registry, "GET", path)))


def _posting(ans_registry: str, path: str, body: dict[str, object], key: str) -> Question:
    headers = {"Idempotency-Key": key}
    return Question(ans_registry, "POST", path, json=body, headers=headers, changes_something=True)
