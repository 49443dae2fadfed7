"""A public key recovered from two signatures, and the curve's arithmetic under it."""

import pytest

from labkit.errors import InvalidInput
from labkit.forging import Forgery, KeyNotRecovered, OwnKey, public_text, recover_key
from labkit.forging.p256 import G, N, P, add, candidates, times, with_x

KEY, OTHER = OwnKey.new("ES256"), OwnKey.new("ES256")
EMPTY = Forgery.of("")


def token(number, key=KEY):
    return str(EMPTY.edit_claims(n=number).sign(key))


# RFC 7515 appendix A.3: an ES256 token and its key.
RFC7515 = (
    "eyJhbGciOiJFUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
RFC7515_X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
# RFC 6979 appendix A.2.5: the private key, its public key, and the signature of "sample".
RFC6979_D = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
RFC6979_Q = (
    0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
    0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
)
RFC6979_R = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
RFC6979_S = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8


def test_a_public_key_is_the_multiple_of_the_base_point_that_rfc_6979_prints():
    assert times(RFC6979_D, G) == RFC6979_Q


def test_the_key_of_rfc_6979_is_among_the_candidates_of_its_signature():
    found = candidates(b"sample", RFC6979_R, RFC6979_S)
    assert RFC6979_Q in found
    assert len(found) == 2


def test_the_key_of_rfc_7515_is_among_the_candidates_of_its_token():
    message, _, _ = RFC7515.rpartition(".")
    signature = Forgery.of(RFC7515).signature
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    x = int.from_bytes(Forgery.of(f"{RFC7515_X}..")._octets("header"), "big")
    assert x in {point[0] for point in candidates(message.encode(), r, s)}


@pytest.mark.parametrize("number", [0, 1, 2, 3, N - 1, N, N + 1])
def test_multiples_add_up(number):
    assert add(times(number, G), G) == times(number + 1, G)


def test_every_point_has_two_signs_or_there_is_none():
    for x in range(30):
        points = with_x(x)
        assert len(points) in (0, 2)
        assert all(
            (y * y - x**3 + 3 * x) % P == (points[0][1] ** 2 - x**3 + 3 * x) % P for _, y in points
        )
    assert any(not with_x(x) for x in range(30))


def test_two_tokens_give_the_key_that_signed_them():
    for number in range(4):
        found = recover_key(token(number), token(number + 1))
        assert found == {name: KEY.jwk[name] for name in ("kty", "crv", "x", "y")}
    assert public_text(found) == KEY.pem


def test_tokens_of_two_keys_are_told_apart():
    with pytest.raises(KeyNotRecovered, match="No one key"):
        recover_key(token(1), token(2, OTHER))


def test_one_token_twice_is_not_enough():
    one = token(1)
    with pytest.raises(KeyNotRecovered, match="one"):
        recover_key(one, one)


RS256 = OwnKey.new("RS256")
HOSTILE = {
    "empty": "",
    "no token": "abc",
    "HS256": str(EMPTY.sign_with_secret(b"")),
    "RS256": token(1, RS256),
    "says ES256": str(EMPTY.edit_header(alg="ES256").drop_signature()),
    "63 bytes": token(1)[:-2],
    "surrogates": "\ud800.\ud800.\ud800",
    "huge": token(1) + "A" * (1 << 22),
}


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_what_carries_no_es256_signature_is_refused(bad):
    for pair in ((bad, token(1)), (token(1), bad)):
        with pytest.raises(KeyNotRecovered):
            recover_key(*pair)


@pytest.mark.parametrize(("r", "s"), [(0, 0), (0, 1), (1, 0), (N, 1), (1, N), (2**256 - 1, 1)])
def test_a_signature_out_of_range_leaves_no_candidate(r, s):
    assert candidates(b"", r, s) == set()
    octets = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    forged = Forgery.of(token(1))._with("signature", octets, "by hand")
    with pytest.raises(KeyNotRecovered):
        recover_key(str(forged), token(2))


@pytest.mark.parametrize("bad", [None, 1, b"", []])
def test_only_str_are_tokens(bad):
    with pytest.raises(InvalidInput):
        recover_key(bad, token(1))
    with pytest.raises(InvalidInput):
        recover_key(token(1), bad)
