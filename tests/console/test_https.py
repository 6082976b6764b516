"""The console behind HTTPS, as it is used everywhere but on the very machine: a proxy ends TLS in front of `serve`."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.async_api import Browser, BrowserContext, expect

from punchcard.access.sessions import issue_link
from punchcard.db.connection import Db
from tests.console.cafe import cafe
from tests.console.conftest import PATIENCE_MS, SIGN_IN_SECONDS
from tests.console.desk import Desk
from tests.shop import Shop

CHUNK_BYTES = 65_536


def certificate(folder: Path) -> Path:
    """Write a key and a certificate of its own for localhost; return the file with both."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .sign(key, hashes.SHA256())
    )
    unlocked = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "localhost.pem"
    file.write_bytes(key.private_bytes(*unlocked) + made.public_bytes(serialization.Encoding.PEM))
    return file


async def pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass on what comes, until nothing does or nobody takes it."""
    try:
        while part := await source.read(CHUNK_BYTES):
            target.write(part)
            await target.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        target.close()


@pytest.fixture
async def https(server: str, tmp_path: Path) -> AsyncIterator[str]:
    """Run a proxy that ends TLS and changes nothing; return its address."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate(tmp_path))
    behind = urlsplit(server)

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(behind.hostname, behind.port)
        await asyncio.gather(pour(reader, inner_writer), pour(inner_reader, writer))

    proxy = await asyncio.start_server(relay, "127.0.0.1", 0, ssl=context)
    async with proxy:
        yield f"https://localhost:{proxy.sockets[0].getsockname()[1]}"


async def cookies(context: BrowserContext) -> list[tuple[object, ...]]:
    """Return what the browser keeps: name, whether for HTTPS alone, out of reach of scripts, and for whom."""
    kept = await context.cookies()
    return [(one["name"], one["secure"], one["httpOnly"], one["sameSite"], one["path"]) for one in kept]


async def test_the_console_behind_https(browser: Browser, https: str, db: Db, town: Shop) -> None:
    """Through a proxy with HTTPS the session is a `__Host-` cookie; the stream, reporting and signing out work."""
    ada = cafe(town)
    context = await browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(PATIENCE_MS)
    desk = Desk(context, await context.new_page(), https, town)
    desk.watch()
    token = await issue_link(db, town.tenant.tenant_id, SIGN_IN_SECONDS)
    await desk.go(f"/sign-in#token={token}")
    await expect(desk.heading("Overview")).to_be_visible()
    await desk.go("/events")
    await desk.tell("Live")
    assert await cookies(context) == [("__Host-punchcard", True, True, "Strict", "/")]
    town.report(ada, 21)
    await expect(desk.rows().first).to_contain_text("+36")
    await desk.begin("Ada")
    await desk.field("total").fill("5")
    await desk.button("Report").click()
    await desk.tell("Net +5 points")
    await desk.button("Sign out").click()
    await expect(desk.heading("You are signed out")).to_be_visible()
    assert await cookies(context) == []
    await context.close()
    assert desk.complaints == []


async def test_without_https_on_this_machine(desk: Desk) -> None:
    """On the machine itself plain HTTP will do: the cookie has another name, and is out of reach of scripts as well."""
    assert await cookies(desk.context) == [("punchcard_session", False, True, "Strict", "/")]
    assert await desk.page.evaluate("document.cookie") == ""
