"""Keys from one secret, and sealing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.access.keyring import Keyring, SealBroken

KEYRING = Keyring(b"0123456789abcdef0123456789abcdef")


def test_each_purpose_has_a_key_of_its_own() -> None:
    """No two keys are equal, none is the secret, and the same secret gives the same ones again."""
    keys = (KEYRING.token_key, KEYRING.fingerprint_key, KEYRING.cursor_key, KEYRING.check)
    again = Keyring(b"0123456789abcdef0123456789abcdef")
    assert len({*keys}) == len(keys)
    assert all(len(key) == 32 for key in keys)
    assert keys == (again.token_key, again.fingerprint_key, again.cursor_key, again.check)
    assert not {*keys} & {Keyring(b"0" * 32).token_key, Keyring(b"0" * 32).fingerprint_key}


def test_keyring_does_not_show_its_keys() -> None:
    """Printing a keyring shows nothing of it."""
    assert repr(KEYRING) == "Keyring(…)"


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_was_sealed_can_be_opened_in_its_context(plain: bytes, context: bytes) -> None:
    """Unsealing gives back what was sealed, and sealing twice never looks the same."""
    sealed = KEYRING.seal(plain, context)
    assert KEYRING.unseal(sealed, context) == plain
    assert sealed != KEYRING.seal(plain, context)


def test_sealed_text_opens_nowhere_else() -> None:
    """Another tenant's context and another installation's key do not open it."""
    sealed = KEYRING.seal(b"secret", b"tenant one")
    with pytest.raises(SealBroken):
        KEYRING.unseal(sealed, b"tenant two")
    with pytest.raises(SealBroken):
        Keyring(b"another key, as long as is needed").unseal(sealed, b"tenant one")


@given(st.data())
def test_a_changed_bit_is_seen(data: st.DataObject) -> None:
    """Any changed or missing byte makes it useless."""
    sealed = KEYRING.seal(b"secret", b"")
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytearray(sealed)
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    for bad in (bytes(changed), sealed[:place]):
        with pytest.raises(SealBroken):
            KEYRING.unseal(bad, b"")
