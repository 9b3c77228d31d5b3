"""The playground in a real browser: it opens, knows the schema, and shows an answer."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from router import Router
from router.executor.transport import CallableTransport

SUPERGRAPH = Path(__file__).parents[2] / "schema" / "supergraph.graphql"
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="needs Chromium and its driver (Debian: apt-get install chromium chromium-driver)",
)


def one_patient(request: dict[str, Any], _headers: object) -> dict[str, Any]:
    return {"data": {"patient": {"displayName": "Malu Souza"}}}


@pytest_asyncio.fixture
async def address() -> AsyncIterator[str]:
    """A router over the clinic's graph, whose patients service knows one patient."""
    router = Router.from_file(SUPERGRAPH, transports={"patients": CallableTransport(one_patient)})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(router.asgi(), host="127.0.0.1", port=port, log_config=None)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    serving = asyncio.create_task(server.main_loop())
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    await serving
    await server.shutdown()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """Headless Chromium with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for switch in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path}",
    ):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    yield driver
    driver.quit()


async def test_a_query_is_asked_and_answered_in_the_playground(
    address: str, browser: webdriver.Chrome
) -> None:
    query = "query { patient(id: 1) { displayName } }"

    def play() -> tuple[str, list[dict[str, Any]]]:
        browser.get(f"{address}?query={query}")
        wait = WebDriverWait(browser, 20)
        run = wait.until(
            lambda page: page.find_element(By.CSS_SELECTOR, ".graphiql-execute-button")
        )
        run.click()
        wait.until(lambda page: "displayName" in result(page))
        return result(browser), browser.get_log("browser")

    def result(page: webdriver.Chrome) -> str:
        found = page.find_elements(By.CSS_SELECTOR, ".graphiql-response, .result-window")
        return found[0].text if found else ""

    shown, log = await asyncio.to_thread(play)

    assert '"displayName": "Malu Souza"' in shown
    assert [entry for entry in log if entry["level"] == "SEVERE"] == []
