"""`punchcard config`: every setting, its value, and where the value comes from."""

import os
from typing import Any

from pydantic import SecretStr

from punchcard.cli import place, show
from punchcard.cli.options import OK, Data, Json
from punchcard.config import Settings

HIDDEN = "**********"


def config(*, data: Data = None, json: Json = False) -> int:
    """Print every setting with its value and its source: default, environment or option. Secrets are hidden."""
    settings = place.settings_for(data)
    rows = [_row(settings, name, is_option=name == "data" and data is not None) for name in Settings.model_fields]
    if json:
        show.as_json({"settings": rows})
    else:
        cells = [[row["name"], "" if row["value"] is None else str(row["value"]), row["source"]] for row in rows]
        show.table(["Setting", "Value", "Source"], cells)
    return OK


def _row(settings: Settings, name: str, *, is_option: bool) -> dict[str, Any]:
    """Return one setting as `name`, `value`, `source` and `description`; numbers stay numbers."""
    value, variable = getattr(settings, name), f"PUNCHCARD_{name.upper()}"
    if isinstance(value, SecretStr):
        value = HIDDEN
    elif not isinstance(value, int | float | str | None):
        value = str(value)
    in_environment = variable in {key.upper() for key in os.environ}
    source = "option" if is_option else "environment" if in_environment else "default"
    return {
        "name": variable,
        "value": value,
        "source": source,
        "description": Settings.model_fields[name].description,
    }
