"""Points for nothing: a member who reports whatever comes to mind; for the rate of it see tests/http/test_rates.py."""

from tests.shop import Shop, fixed


def test_random_payloads_end_at_the_caps(shop: Shop) -> None:
    """T39: a member floods a public type; the reactor's limit a day and the tenant's cap a month are all there is."""
    shop.event_type(private=False)
    shop.reactor(fixed(3), name="Daily", limits=[{"points": 10, "per": "DAY"}])
    shop.reactor(fixed(4), name="Rests", limits=[{"coolDown": "PT1H"}])
    policy = {"name": "A month", "type": "MAXIMUM_POINTS_EARN_CAP", "config": {"points": 17, "per": "MONTH"}}
    shop.done("POST", "/v1/points_liability_criteria/", policy)
    user = shop.user()
    token = shop.user_token(user)
    for day in ("2026-03-01", "2026-03-02"):
        for number in range(12):
            at = f"{day}T12:{number:02}:00Z"
            answer = shop.report(
                user, number, bearer=token, occurredAt=at, payload={"total": 1, "nonce": f"{at} {number}"}
            )
            assert answer.status_code == 200, answer.text
    assert shop.balance(user) == 17
