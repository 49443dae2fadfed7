"""A public key that nobody showed, computed from two signatures."""

from typing import Any

from labkit.errors import InvalidInput
from labkit.forging.errors import KeyNotRecovered
from labkit.forging.p256 import candidates
from labkit.forging.segments import as_object, decoded, encoded, split

MOST_TOKEN = 1 << 16


def recover_key(token_a: str, token_b: str) -> dict[str, str]:
    """Return the one P-256 public key that signed two ES256 tokens.

    One signature leaves two candidates, seldom four; a second one leaves the key. So a public key
    is public although its site shows no key set, and it must never serve as a secret.

    RS256 gives its key away too: n divides every s^e − m, with m the padded hash, so it divides
    their greatest common divisor. With e = 65537 and 2048 bits each of the two numbers has 134
    million bits (16 MiB). `math.gcd` takes quadratic time: 1.8 s were measured for 2^20 bits, so
    about eight hours for these 2^27. It is left to tools that use GMP, such as rsa_sign2n.

    Args:
        token_a: A token.
        token_b: Another one, of the same key.

    Returns:
        The key as a JWK without a kid: kty, crv, x, y.

    Raises:
        InvalidInput: An argument is no str.
        KeyNotRecovered: They are the same signature, no ES256, or of different keys.

    Examples:
        >>> from labkit.forging import Forgery, OwnKey
        >>> key = OwnKey.new("ES256")
        >>> one, other = (str(Forgery.of("").edit_claims(n=n).sign(key)) for n in (1, 2))
        >>> recover_key(one, other)["x"] == key.jwk["x"]
        True
    """
    first, second = _signed(token_a, "first"), _signed(token_b, "second")
    if first == second:
        raise KeyNotRecovered("The two tokens are one: it leaves two candidates for the key.")
    common = candidates(*first) & candidates(*second)
    if not common:
        raise KeyNotRecovered("No one key has signed both tokens.")
    if len(common) > 1:
        raise KeyNotRecovered(f"The two signatures leave {len(common)} candidates for the key.")
    x, y = (encoded(value.to_bytes(32, "big")) for value in common.pop())
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _signed(token: object, which: str) -> tuple[bytes, int, int]:
    if not isinstance(token, str):
        raise InvalidInput(f"The {which} token must be a str, not {type(token).__name__}.")
    if len(token) > MOST_TOKEN:
        raise KeyNotRecovered(f"The {which} token has {len(token)} characters.")
    header, payload, signature = split(token)
    alg: Any = as_object(decoded(header)).get("alg")
    octets = decoded(signature)
    if alg != "ES256" or len(octets) != 64:
        raise KeyNotRecovered(f"The {which} token does not carry an ES256 signature.")
    message = f"{header}.{payload}".encode("utf-8", "surrogatepass")
    return message, int.from_bytes(octets[:32], "big"), int.from_bytes(octets[32:], "big")
