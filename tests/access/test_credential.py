"""The form of secrets."""

import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.access import credential

CHARACTERS = string.digits + string.ascii_letters


def test_secret_has_prefix_256_bits_and_checksum() -> None:
    """A secret is its prefix and 49 characters, never the same twice."""
    made = {credential.make(credential.EVENT_TYPE_SECRET) for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(re.fullmatch(r"pcs_[0-9A-Za-z]{49}", secret) for secret in made)
    assert all(credential.is_well_formed(secret, credential.EVENT_TYPE_SECRET) for secret in made)


def test_secret_of_one_kind_is_not_of_another() -> None:
    """The prefix is part of the checksum: a client's secret does not become an event type's by another prefix."""
    secret = credential.make(credential.CLIENT_SECRET)
    assert not credential.is_well_formed(secret, credential.EVENT_TYPE_SECRET)
    assert not credential.is_well_formed("pcs_" + secret[4:], credential.EVENT_TYPE_SECRET)


@given(st.integers(4, 52), st.sampled_from(CHARACTERS))
def test_any_mistyped_character_is_seen(place: int, other: str) -> None:
    """One wrong character anywhere breaks the checksum."""
    secret = credential.make(credential.EVENT_TYPE_SECRET)
    mistyped = secret[:place] + other + secret[place + 1 :]
    assert credential.is_well_formed(mistyped, credential.EVENT_TYPE_SECRET) == (mistyped == secret)


@given(st.text(max_size=80))
def test_any_text_is_judged_without_a_fault(text: str) -> None:
    """No text, whatever it holds, makes the check fail in another way than saying no."""
    assert not credential.is_well_formed(text, credential.EVENT_TYPE_SECRET)
    assert not credential.is_well_formed("pcs_" + text, credential.EVENT_TYPE_SECRET)


def test_random_secrets_do_not_pass() -> None:
    """Of 100,000 invented secrets none has the checksum (T03)."""
    chance = random.Random(1)
    invented = ("pcs_" + "".join(chance.choices(CHARACTERS, k=49)) for _ in range(100_000))
    assert not any(credential.is_well_formed(secret, credential.EVENT_TYPE_SECRET) for secret in invented)


@pytest.mark.parametrize("number", [0, 1, 61, 62, 62**43 - 1])
def test_base62_keeps_its_length(number: int) -> None:
    """Leading zeros stay, so that every secret is equally long."""
    assert len(credential.base62(number, 43)) == 43
