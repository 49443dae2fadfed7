"""What token exercises are made of: keys that stay the same, tokens, and the two ways to say no."""

import jwt
import pytest

from labkit.catalogue import SiteBroken
from labkit.exercises.minting import (
    claims_of,
    ec_key,
    let_in,
    not_refused,
    now_of,
    public,
    rsa_key,
    says,
    token,
)
from labkit.exercises.variants import variant
from labkit.forging.scoreboard.answering import ACCIDENTS
from labkit.tokens import Key, verify_signature

OWN = variant("tokens/verify", "ann")


class RefusedError(Exception):
    """What an answer may raise of its own."""


def raising(error):
    def answer(*values):
        raise error

    return answer


def test_a_token_is_signed_as_its_header_says():
    key, secret = ec_key(OWN, "june"), OWN.octets("secret")
    for signer, jwk in (
        (key, public(key)),
        (rsa_key("july", 0), public(rsa_key("july", 0))),
    ):
        assert verify_signature(token(signer, b"as it is", kid="x"), jwk) == b"as it is"
    decoded = jwt.decode_complete(token(secret, {"sub": "a"}, typ=None), secret, ["HS256"])
    assert decoded["header"] == {"alg": "HS256"}
    assert decoded["payload"] == {"sub": "a"}


def test_the_keys_of_a_variant_are_derived_and_differ_by_name_and_student():
    same = ec_key(variant("tokens/verify", "ann"), "june").jwk
    assert same == ec_key(OWN, "june").jwk
    assert same["x"] != ec_key(OWN, "july").jwk["x"]
    assert same["x"] != ec_key(variant("tokens/verify", "bea"), "june").jwk["x"]


def test_what_is_published_has_no_private_member():
    for key in (ec_key(OWN, "june"), rsa_key("july", 1)):
        assert not {"d", "p", "q", "k"} & public(key).keys()
        assert "alg" not in public(key, alg=None)
        assert Key.from_jwk(public(key)).kid == key.kid


def test_honest_claims_are_good_now_and_a_change_to_none_leaves_one_out():
    claims = claims_of(OWN, role=None, x=1)
    assert claims["iat"] <= now_of(OWN) < claims["exp"]
    assert "role" not in claims
    assert claims["x"] == 1


@pytest.mark.parametrize(
    "error", [ValueError("no"), UnicodeDecodeError("utf-8", b"", 0, 1, ""), RefusedError()]
)
def test_an_error_of_its_own_or_a_value_error_is_how_an_answer_refuses(error):
    assert not_refused(raising(error)) is None
    assert let_in(raising(error)) is None


def test_an_error_of_pyjwt_refuses():
    assert let_in(lambda: jwt.decode("a.b.c", b"", ["HS256"])) is None


@pytest.mark.parametrize(
    "error", [*(kind() for kind in ACCIDENTS), KeyError("exp"), RecursionError(), SystemExit()]
)
def test_stumbling_is_no_refusal(error):
    with pytest.raises(SiteBroken, match=type(error).__name__):
        not_refused(raising(error))


def test_an_error_can_be_a_refusal_where_the_task_says_so():
    assert not_refused(raising(KeyError("kid")), refusing=(LookupError,)) is None


@pytest.mark.parametrize("value", [True, "claims", [], type("Claims", (dict,), {})()])
def test_claims_are_a_dict_and_nothing_that_only_looks_like_one(value):
    with pytest.raises(SiteBroken, match="returned"):
        let_in(lambda: value)


def test_claims_that_only_equal_the_right_ones_are_not_them():
    class Anything(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            return True

    right = {"sub": "ann", "aud": ["a", "b"]}
    assert says(dict(reversed(right.items())), right)
    loop = {}
    loop["sub"] = loop
    wrong = ({"sub": Anything("bea"), "aud": ["a", "b"]}, right | {"sub": object()}, loop, None)
    for found in (*wrong, type("Claims", (dict,), {})(right)):
        assert not says(found, right)
