"""`python -m tests.mutants.database`: one migrated PostgreSQL for all trials; it is there until its input ends.

Each test has a tenant of its own, so that what a mutant leaves behind is seen by no other trial.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from punchcard.db import embedded, migrate


async def lend() -> None:
    """Run it, write its URLs as a line of JSON, and wait."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded.running(Path(folder) / "data", purpose="serve", durable=False) as urls:
            await migrate.run(urls.owner, await migrate.role_of(urls.app))
            print(json.dumps({"app": urls.app, "owner": urls.owner}), flush=True)  # noqa: T201 - the answer
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(lend())
