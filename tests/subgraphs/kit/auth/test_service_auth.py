"""How services prove to each other who they are."""

import httpx

from subgraphs.kit.auth.authentication import Authenticator
from subgraphs.kit.auth.service_auth import ServiceAuth
from subgraphs.kit.auth.settings import IdentitySettings


class Service(httpx.AsyncBaseTransport):
    """A service that notes who asked, and refuses as many requests as it is told to."""

    def __init__(self, identity: IdentitySettings) -> None:
        self._authenticator = Authenticator(identity)
        self.tokens: list[str] = []
        self.actors: list[str] = []
        self.refuse = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        actor = await self._authenticator.actor_of(request.headers)
        self.actors.append(actor.id)
        self.tokens.append(request.headers["authorization"])
        if self.refuse:
            self.refuse -= 1
            return httpx.Response(401)
        return httpx.Response(200)


async def test_calls_carry_the_same_token_until_it_is_old(identity: IdentitySettings) -> None:
    service = Service(identity)
    auth = ServiceAuth("billing", identity)
    async with httpx.AsyncClient(transport=service, auth=auth) as client:
        for _ in range(2):
            assert (await client.get("http://patients/")).status_code == 200
        assert service.actors == ["service:billing"] * 2
        assert len(set(service.tokens)) == 1
        auth._renew_at = 0.0
        await client.get("http://patients/")
    assert len(set(service.tokens)) == 2


async def test_a_refused_token_is_replaced_once(identity: IdentitySettings) -> None:
    service = Service(identity)
    async with httpx.AsyncClient(transport=service, auth=ServiceAuth("billing", identity)) as http:
        service.refuse = 1
        assert (await http.get("http://patients/")).status_code == 200
        service.refuse = 2
        assert (await http.get("http://patients/")).status_code == 401
    assert len(service.tokens) == 4
    assert len(set(service.tokens)) == 3
