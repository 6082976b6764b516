"""Locales: the languages in which members can be spoken to, and which text is shown where one is missing."""

from collections.abc import Mapping
from typing import Any

from punchcard import wire

Locale = wire.Locale


def localized(
    plain: Mapping[str, Any],
    details: Mapping[str, Mapping[str, Any]],
    locale: Locale | None,
    default_locale: str | None,
) -> dict[str, Any]:
    """Return fields in the language asked for; what it lacks in the default one, and what that lacks as it is.

    plain: the fields of no language. details: fields by locale.
    """
    shown = dict(plain)
    for chosen in (default_locale, locale):
        given = details.get(chosen or "") or {}
        shown |= {name: value for name, value in given.items() if value is not None}
    return shown
