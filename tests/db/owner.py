"""Own the PostgreSQL of a data folder until standard input closes: `python owner.py FOLDER PURPOSE`.

Prints the owner role's URL and the postmaster's process id as one line of JSON.
"""

import asyncio
import json
import sys
from pathlib import Path

from punchcard.db import embedded


async def main() -> None:
    """Run PostgreSQL and wait."""
    data = Path(sys.argv[1])
    purpose = "serve" if sys.argv[2] == "serve" else "command"
    async with embedded.running(data, purpose=purpose) as urls:  # type: ignore[arg-type]
        postmaster = int((data / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
        sys.stdout.write(json.dumps({"url": urls.owner, "postmaster": postmaster}) + "\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
