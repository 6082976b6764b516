"""What an event type says beside its schema: settings, enhancers, metaTypeMappings."""

from typing import Any

import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.events.catalogue import Catalogue
from punchcard.events.type_settings import TypeSettings
from tests.shop import Shop

PATH = "/v1/event_types/PURCHASED_COFFEE"
DEFAULTS: dict[str, Any] = {
    "allowUnknown": True, "occurredPastDays": None, "occurredFutureSeconds": None, "latePolicy": "accept",
    "lateAfterDays": None, "duplicateWindowSeconds": 60, "duplicateInclude": [], "duplicateExclude": [],
    "nearDuplicatePointer": None, "onInvalid": "reject",
}  # fmt: skip
CHOSEN: dict[str, Any] = {
    "allowUnknown": False, "occurredPastDays": 30, "occurredFutureSeconds": 0, "latePolicy": "hold",
    "lateAfterDays": 7, "duplicateWindowSeconds": 86_400, "duplicateInclude": ["/order", "/lines/0/a~1b"],
    "duplicateExclude": [], "nearDuplicatePointer": "/order", "onInvalid": "quarantine",
}  # fmt: skip
MAPPING = {"metaType": "TRANSACTION", "metaPayloadConfig": {"amount": "total"}, "metaConstraint": {}}


def test_a_type_that_says_nothing_has_the_defaults(shop: Shop) -> None:
    """Every setting is shown, also one that nobody has chosen."""
    made = shop.event_type()

    assert (made["settings"], made["enhancers"], made["metaTypeMappings"]) == (DEFAULTS, [], [])


def test_everything_that_is_chosen_is_kept_and_shown(shop: Shop) -> None:
    """What POST takes, GET shows; enhancers stand in the order in which they run."""
    body = {
        "name": "PURCHASED_COFFEE", "description": "Coffee", "isPrivate": True, "settings": CHOSEN,
        "enhancers": ["POINTS_ENHANCER", "RANDOM_NUMBER"], "metaTypeMappings": [MAPPING, {"metaType": "TRANSACTION"}],
    }  # fmt: skip

    made = shop.done("POST", "/v1/event_types/", body)

    assert shop.done("GET", PATH) == made
    assert made["settings"] == CHOSEN
    assert made["enhancers"] == ["RANDOM_NUMBER", "POINTS_ENHANCER"]
    assert made["metaTypeMappings"] == [MAPPING, {"metaType": "TRANSACTION"}]


@pytest.mark.parametrize(
    "change",
    [
        {"settings": {"allowUnknown": False}},
        {"enhancers": ["POINTS_ENHANCER"]},
        {"metaTypeMappings": [MAPPING]},
        {"omitFromUserActivity": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_is_a_new_version_and_its_repetition_is_not(shop: Shop, change: Any) -> None:
    """A version differs from the one before; the same change again leaves it as it is."""
    shop.event_type()

    changed, again = (shop.done("PATCH", PATH, change) for _ in range(2))

    assert (changed["version"], again["version"]) == (2, 2)
    apart = {"updatedAt": "", "compatibility": None}
    assert again | apart == changed | apart
    assert again["compatibility"] == {"level": "compatible", "findings": []}


def test_a_setting_that_is_left_out_stays(shop: Shop) -> None:
    """PATCH changes the settings that it names; null takes a limit away."""
    shop.event_type()
    shop.done("PATCH", PATH, {"settings": {"occurredPastDays": 3, "duplicateWindowSeconds": 0}})

    changed = shop.done("PATCH", PATH, {"settings": {"occurredPastDays": None, "onInvalid": "quarantine"}})

    assert changed["settings"] == DEFAULTS | {"duplicateWindowSeconds": 0, "onInvalid": "quarantine"}


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [
        ({"allowUnknown": "no"}, "/settings/allowUnknown"),
        ({"allowUnknown": None}, "/settings/allowUnknown"),
        ({"occurredPastDays": -1}, "/settings/occurredPastDays"),
        ({"occurredPastDays": 36_501}, "/settings/occurredPastDays"),
        ({"occurredFutureSeconds": 1.5}, "/settings/occurredFutureSeconds"),
        ({"latePolicy": "ignore"}, "/settings/latePolicy"),
        ({"latePolicy": "reject"}, "/settings/lateAfterDays"),
        ({"latePolicy": "hold", "lateAfterDays": None}, "/settings/lateAfterDays"),
        ({"lateAfterDays": 0}, "/settings/lateAfterDays"),
        ({"duplicateWindowSeconds": 86_401}, "/settings/duplicateWindowSeconds"),
        ({"duplicateInclude": ["order"]}, "/settings/duplicateInclude/0"),
        ({"duplicateInclude": ["/a", "/b~2"]}, "/settings/duplicateInclude/1"),
        ({"duplicateInclude": [""]}, "/settings/duplicateInclude/0"),
        ({"duplicateExclude": ["/a"] * 21}, "/settings/duplicateExclude"),
        ({"duplicateInclude": ["/a"], "duplicateExclude": ["/b"]}, "/settings/duplicateExclude"),
        ({"nearDuplicatePointer": "a"}, "/settings/nearDuplicatePointer"),
        ({"onInvalid": "accept"}, "/settings/onInvalid"),
        ({"unheardOf": 1}, "/settings/unheardOf"),
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_pointed_at(shop: Shop, settings: Any, pointer: str) -> None:
    """Out of bounds, unknown, or in contradiction to another: 422 with the pointer, and nothing changes."""
    shop.event_type()

    refused = shop.call("PATCH", PATH, {"settings": settings})

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert shop.done("GET", PATH)["version"] == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"enhancers": ["UNHEARD_OF"]}, "/enhancers/0"),
        ({"enhancers": ["POINTS_ENHANCER", "POINTS_ENHANCER"]}, "/enhancers"),
        ({"metaTypeMappings": [{}]}, "/metaTypeMappings/0/metaType"),
        ({"metaTypeMappings": [{"metaType": "REFUND"}]}, "/metaTypeMappings/0/metaType"),
        ({"metaTypeMappings": [MAPPING | {"metaConstraint": []}]}, "/metaTypeMappings/0/metaConstraint"),
        ({"metaTypeMappings": [{"metaType": "TRANSACTION"}] * 21}, "/metaTypeMappings"),
    ],
    ids=str,
)
def test_enhancers_and_mappings_are_of_the_known_kinds(shop: Shop, change: Any, pointer: str) -> None:
    """Each enhancer once, by a name that there is; each mapping with a meta type that there is."""
    shop.event_type()

    refused = shop.call("PATCH", PATH, change)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_contradiction_with_what_stands_is_refused(shop: Shop) -> None:
    """A change is judged together with the settings that stay."""
    shop.event_type()
    shop.done("PATCH", PATH, {"settings": {"duplicateInclude": ["/a"], "latePolicy": "reject", "lateAfterDays": 2}})

    both = shop.call("PATCH", PATH, {"settings": {"duplicateExclude": ["/b"]}})
    late = shop.call("PATCH", PATH, {"settings": {"lateAfterDays": None}})

    assert (both.status_code, late.status_code) == (422, 422)
    shop.done("PATCH", PATH, {"settings": {"duplicateInclude": [], "duplicateExclude": ["/b"], "latePolicy": "accept"}})


async def test_the_catalogue_has_the_settings_of_the_current_version(shop: Shop, db: Db) -> None:
    """What judges an event knows its type's settings and enhancers."""
    made = shop.event_type()
    shop.done("PATCH", PATH, {"settings": CHOSEN, "enhancers": ["POINTS_ENHANCER"]})

    snapshot = await Catalogue(db).snapshot(shop.tenant.tenant_id)

    known = snapshot.types[made["name"]]
    assert known.settings == TypeSettings(
        False, 30, 0, "hold", 7, 86_400, ("/order", "/lines/0/a~1b"), (), "/order", "quarantine"
    )
    assert known.enhancers == ("POINTS_ENHANCER",)
    assert snapshot.types["PURCHASED_REWARD"].settings == TypeSettings()


async def test_a_version_from_before_has_the_defaults(db: Db) -> None:
    """Rows that were written without settings are read as types that say nothing."""
    tenant = await create_tenant(db, "From before")
    sql = """
        insert into event_type_versions (tenant_id, event_type_id, version, description)
        select tenant_id, id, 2, 'An older row' from event_types where tenant_id = $1 and name = 'CLOSED_ACCOUNT'
    """
    await db.execute(sql, tenant.tenant_id)
    await db.execute(
        "update event_types set version = 2 where tenant_id = $1 and name = 'CLOSED_ACCOUNT'", tenant.tenant_id
    )

    snapshot = await Catalogue(db).snapshot(tenant.tenant_id)

    assert snapshot.types["CLOSED_ACCOUNT"].settings == TypeSettings()
    assert snapshot.types["CLOSED_ACCOUNT"].enhancers == ()
