"""The textbook's curve: right on everything but the zeros that it does not refuse."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.mistakes.p256 import (
    BASE_X,
    BASE_Y,
    FIELD,
    NOWHERE,
    ORDER,
    accepts,
    added,
    affine_x,
    doubled,
    times,
)

BASE = (BASE_X, BASE_Y, 1)
# RFC 6979 appendix A.2.5, SHA-256
X = 0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
Y = 0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299
SIGNED = {
    b"sample": (
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    ),
    b"test": (
        0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
        0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
    ),
}
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = KEY.public_key().public_numbers()


@pytest.mark.parametrize("message", SIGNED)
def test_the_published_signatures_are_accepted_and_fit_their_own_message_only(message):
    r, s = SIGNED[message]
    assert accepts(X, Y, message, r, s)
    assert accepts(X, Y, message, r, ORDER - s)
    assert not accepts(X, Y, message + b".", r, s)
    assert not accepts(X, Y, message, s, r)
    assert not accepts(Y, X, message, r, s)


@given(message=st.binary(max_size=64), flipped=st.integers(0, 511))
@settings(max_examples=15, deadline=None)
def test_it_agrees_with_a_library_on_every_signature_and_every_flipped_bit(message, flipped):
    der = KEY.sign(message, ec.ECDSA(hashes.SHA256()))
    r, s = utils.decode_dss_signature(der)
    assert accepts(PUBLIC.x, PUBLIC.y, message, r, s)
    other = (r << 256 | s) ^ (1 << flipped)
    assert not accepts(PUBLIC.x, PUBLIC.y, message, other >> 256, other % 2**256)


@pytest.mark.parametrize("message", [b"", b"any", bytes(1000)])
def test_two_zeros_fit_every_message_and_every_key(message):
    assert accepts(X, Y, message, 0, 0)
    assert accepts(PUBLIC.x, PUBLIC.y, message, 0, 0)
    assert accepts(X, Y, message, 0, ORDER)  # zero once more, modulo the order


@pytest.mark.parametrize(("r", "s"), [(0, 1), (1, 0), (ORDER, 0), (ORDER, ORDER), (1, 1)])
def test_one_zero_alone_fits_nothing(r, s):
    assert not accepts(X, Y, b"any", r, s)


def test_equal_points_are_doubled_and_opposite_ones_lead_nowhere():
    point = times(7, BASE)
    assert affine_x(added(point, times(7, BASE))) == affine_x(times(14, BASE))
    assert affine_x(doubled(point)) == affine_x(times(14, BASE))
    assert added(point, times(ORDER - 7, BASE)) == NOWHERE


def test_the_order_of_the_base_leads_nowhere():
    assert times(ORDER, BASE)[2] == 0
    assert times(0, BASE)[2] == 0
    assert affine_x(times(ORDER - 1, BASE)) == BASE_X
    assert affine_x(times(ORDER + 1, BASE)) == BASE_X


def test_the_point_at_infinity_adds_nothing_and_has_the_zero_that_the_mistake_needs():
    assert added(NOWHERE, BASE) == added(BASE, NOWHERE) == BASE
    assert doubled(NOWHERE)[2] == 0
    assert affine_x(NOWHERE) == 0


def test_the_base_lies_on_the_curve():
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B  # SP 800-186 §3.2.1.3
    assert (BASE_Y**2 - BASE_X**3 + 3 * BASE_X - b) % FIELD == 0
