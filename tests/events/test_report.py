"""Reporting an event over HTTP: what a till, an app and an administrator see."""

from tests.shop import Shop


def test_a_private_event_is_reported_with_its_secret_and_gives_points(shop: Shop) -> None:
    """A till reports with the type's secret and a subject, and the points are in the wallet at once."""
    user = shop.cafe()

    answer = shop.report(user, 12.5, bearer=shop.secret())

    assert answer.status_code == 200
    assert answer.json()["data"]["points"] == 12
    assert shop.balance(user) == 12
