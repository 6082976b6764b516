"""Requests that follow from one another, made up from the document: what was answered is asked about (R08)."""

import random
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky

from tests.http.conftest import Furnished
from tests.http.described import Described
from tests.http.test_fuzz import playground, schema
from tests.promptly import promptly
from tests.sizes import SEED, SIZES, TIER, done

__all__ = ["playground"]  # the fixture

STEPS = 20
SCENARIOS = 3 if TIER == "P" else SIZES["R08 requests"].on_release // 200 // STEPS
ATTEMPTS = 10  # so many times more, until enough of what was answered could be asked about: that is by chance
GOOD, OTHERS = 0.8, 0.2
"""How often a good body is sent, and how often by somebody else than the administrator, who gets furthest."""

pytestmark = pytest.mark.figure(name="R08")


def test_what_follows_from_an_answer_is_answered_as_described(
    described: Described, playground: tuple[Furnished, list[dict[str, str]]]
) -> None:
    """R08: what was created is read, changed, used and removed, by every kind of caller: nothing undeclared, no 5xx."""
    from schemathesis.generation.stateful import run_state_machine_as_test  # noqa: PLC0415 - as in test_fuzz

    furnished, callers = playground
    chance, told, faults = random.Random(SEED), Counter[str](), list[str]()

    class Chain(schema().as_state_machine()):  # type: ignore[misc]  # made while running
        def before_call(self, case: Any) -> None:
            """Let what would hardly ever be good by chance be good every other time, or no chain gets anywhere."""
            if chance.random() < GOOD:
                case.query = {}
                with suppress(AssertionError):  # what it needs may have been removed
                    body = furnished.body(case.operation.method.upper(), case.operation.path)
                    if body is not None:
                        case.body, case.media_type = body, "application/json"

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            case.headers = {name: value for name, value in (case.headers or {}).items() if name.lower() not in KEPT}
            caller = chance.choice(callers) if chance.random() < OTHERS else furnished.shop.headers()
            return {"base_url": furnished.shop.address, "headers": caller}

        def call(self, case: Any, **kwargs: Any) -> Any:
            return sent(case, faults, **kwargs)

        def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:
            headers = {name.lower(): values[0] for name, values in response.headers.items()}
            method, path = case.operation.method.upper(), case.operation.path
            try:
                described.judge(method, path, response.status_code, headers, response.text)
            except AssertionError as fault:
                faults.append(str(fault))
            told[f"{'one of ' if '{' in path else ''}{response.status_code // 100}xx"] += 1

    for number in range(SCENARIOS * ATTEMPTS):
        if number >= SCENARIOS and told["one of 2xx"] > SCENARIOS:
            break
        # What is there already makes a difference, which is no fault here, but to those who repeat a scenario; and some
        # requests cannot be made up (`cases` in test_fuzz).
        with suppress(Flaky, RecursionError):
            run_state_machine_as_test(seed(SEED + number)(Chain), settings=CHAINED)
    print(dict(told))  # noqa: T201 - how far chains came
    assert faults == []
    assert told["one of 2xx"] > SCENARIOS, "what was answered was not asked about"


def sent(case: Any, faults: list[str], **options: Any) -> Any:
    """Send a request; note whether an answer came, and in time."""
    done["R08 requests"] += 1
    try:
        return promptly(lambda: case.call(**options))
    except Exception as fault:
        faults.append(f"{case.operation.label}: {fault!r}")
        raise


KEPT = {"authorization", "x-api-key"}
CHAINED = settings(
    max_examples=2, stateful_step_count=STEPS, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
