"""Opening and closing a cash desk."""

from datetime import datetime
from decimal import Decimal

from subgraphs.billing.domain.errors import CashDeskClosed, CashDeskOpen
from subgraphs.billing.domain.rounding import CENT
from subgraphs.billing.models import CashDeskRow
from subgraphs.billing.repository import cash_desks
from subgraphs.billing.repository.adding import NotUnique, add_unique
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound
from subgraphs.kit.identifiers import new_id


async def open_cash_desk(
    session: Session, clinic_id: str, opening_float: Decimal, clerk: str, now: datetime
) -> str:
    """Open the clerk's desk with the change that is in it; its id.

    Raises:
        InvalidInput: the float is no amount.
        CashDeskOpen: the clerk has an open desk at the clinic.
    """
    _check_amount(opening_float, "openingFloat")
    desk = CashDeskRow(
        id=new_id(), clinic_id=clinic_id, clerk=clerk, opening_float=opening_float, opened_at=now
    )
    try:
        await add_unique(session, [desk], "uq_cash_desks_clinic_id_clerk")
    except NotUnique as error:
        already = await cash_desks.open_desk(session, clinic_id, clerk)
        if already is None:
            raise
        raise CashDeskOpen(already.id) from error
    return desk.id


async def close_cash_desk(
    session: Session, cash_desk_id: str, counted: Decimal, now: datetime
) -> str:
    """Close a desk with what was counted in it; its id. What should be in it is kept beside.

    Raises:
        InvalidInput: the count is no amount.
        NotFound: there is no such desk.
        CashDeskClosed: it is closed.
    """
    _check_amount(counted, "counted")
    desk = await cash_desks.lock(session, cash_desk_id)
    if desk is None:
        raise NotFound("Este caixa não existe.", path=["cashDeskId"])
    if desk.closed_at is not None:
        raise CashDeskClosed
    desk.expected = (await cash_desks.cash_in(session, desk)).expected
    desk.counted = counted
    desk.closed_at = now
    await session.flush()
    return desk.id


async def open_desk_id(session: Session, clinic_id: str, clerk: str) -> str:
    """The clerk's open desk at a clinic.

    Raises:
        CashDeskClosed: there is none.
    """
    desk = await cash_desks.open_desk(session, clinic_id, clerk)
    if desk is None:
        raise CashDeskClosed
    return desk.id


def _check_amount(amount: Decimal, name: str) -> None:
    if not 0 <= amount < 10**8 or amount != amount.quantize(CENT):
        raise InvalidInput("Informe um valor em reais, com até duas casas.", path=[name])
