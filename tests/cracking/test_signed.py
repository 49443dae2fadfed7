"""A token signed with an HMAC is read, priced and guessed like a stored password."""

import base64
import hmac
import json

import pytest

from labkit.cracking import Budget, Jwt, RateUnknown, UnreadableStored, crack, rate, read
from labkit.cracking.signed import looks_signed

# RFC 7515 appendix A.1.
RFC7515 = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)
RFC7515_KEY = base64.urlsafe_b64decode(
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
)
HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(alg="HS256", secret=b"penguin", header=None, cut=0):
    first = b64(json.dumps(header or {"alg": alg}).encode())
    message = f"{first}.{b64(b'{}')}"
    mac = hmac.digest(secret, message.encode(), HASHES.get(alg, "sha256"))
    return f"{message}.{b64(mac[: len(mac) - cut])}"


def test_the_key_of_rfc_7515_checks_and_another_does_not():
    recipe = read(RFC7515)
    assert recipe.scheme == "JWT HS256"
    assert recipe.check(RFC7515_KEY)
    assert not recipe.check(RFC7515_KEY[:-1])


@pytest.mark.parametrize("alg", HASHES)
def test_a_secret_is_found_under_each_hmac(alg):
    report = crack({"t": token(alg)}, ["", "walrus", "penguin"], budget=Budget(1))
    assert report.found == {"t": "penguin"}
    assert report.finds[0].scheme == f"JWT {alg}"


def test_a_blank_secret_is_found():
    assert crack({"t": token(secret=b"")}, [""], budget=Budget(1)).found == {"t": ""}


def test_two_tokens_share_no_guess_and_the_same_token_twice_shares_all():
    other = token(header={"alg": "HS256", "typ": "JWT"})
    both = crack({"a": token(), "b": other}, ["walrus", "penguin"], budget=Budget(1))
    twice = crack({"a": token(), "b": token()}, ["walrus", "penguin"], budget=Budget(1))
    assert (both.guesses, twice.guesses) == (4, 2)
    assert len(both.found) == len(twice.found) == 2


def test_the_price_of_hs256_is_the_published_rate_and_the_longer_ones_are_estimates_from_it():
    assert read(token()).price_s() == pytest.approx(1 / 4.2e9)
    for alg in ("HS384", "HS512"):
        priced = rate(Jwt(alg), "A100 PCIe")
        assert priced.estimate
        assert priced.per_second == pytest.approx(0.8 * 1.81e9)
        assert "measured on a CPU" in priced.source
        with pytest.raises(RateUnknown):
            rate(Jwt(alg), "H100 SXM5")
    assert not rate(Jwt(), "A100 PCIe").estimate


REFUSED = {
    "ES256": token(header={"alg": "ES256"}),
    "none": token(header={"alg": "none"}),
    "alg as list": token(header={"alg": ["HS256"]}),
    "alg null": token(header={"alg": None}),
    "no signature": token().rpartition(".")[0] + ".",
    "cut": token(cut=1),
    "HS256's length under HS512": token(header={"alg": "HS512"}),
}


@pytest.mark.parametrize("stored", REFUSED.values(), ids=REFUSED)
def test_a_token_without_an_hmac_to_check_is_refused(stored):
    with pytest.raises(UnreadableStored, match="This token's"):
        read(stored)


@pytest.mark.parametrize(
    "stored",
    ["a.b", "e30.e30.AAAA", "eyJhbGciOiJIUzI1NiJ9", "W10.W10.AAAA", f"{b64(b'[' * 9000)}.e30.AA"],
)
def test_what_is_no_token_is_not_taken_for_one(stored):
    assert not looks_signed(stored)
