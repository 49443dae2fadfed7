"""Signatures that are numbers outside their range, or written as something else."""

import hashlib
from collections.abc import Iterator
from typing import Any

from labkit.forging.corpus.family import Made, family
from labkit.forging.corpus.mint import Mint, b64, ec_numbers, leading_zero

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # P-256, SP 800-186
FIELD = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
ED_ORDER = 2**252 + 27742317777372353535851937790883648493  # RFC 8032 §5.1
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017 §9.2, note 1


@family("ECDSA numbers", "T21", matters="(0, 0) signs everything, for everybody.", only=("ES256",))
def ecdsa(mint: Mint) -> Iterator[Made]:
    """A number is out of range, or both are written otherwise than as 32 bytes each."""
    edited, message = mint.message(None, mint.admin()), mint.message()
    n, p = ORDER, FIELD
    r, s = ec_numbers(mint.own.private, message.encode())
    pairs = {"0, 0": (0, 0), "0, 1": (0, 1), "1, 0": (1, 0), "1, 1": (1, 1), "n, n": (n, n)}
    pairs |= {"n, 0": (n, 0), "0, n": (0, n), "n - 1, n - 1": (n - 1, n - 1), "p, p": (p, p)}
    pairs |= {"n + 1, n + 1": (n + 1, n + 1), "largest": (2**256 - 1, 2**256 - 1)}
    for name, pair in pairs.items():
        yield f"r, s = {name}", _pair(edited, *pair), "r and s are from 1 to n - 1 (FIPS 186-5)."
    bent = {"r, 0": (r, 0), "0, s": (0, s), "s, r": (s, r), "-r, s": (n - r, s), "r, n": (r, n)}
    bent |= {"n, s": (n, s), "r, r": (r, r), "r + 1, s": (r + 1, s), "r, s + 1": (r, s + 1)}
    for name, pair in bent.items():
        yield f"r, s = {name}", _pair(message, *pair), "It is not the signature of this text."
    yield from _ecdsa_written(mint, message, r, s)
    why = "ES256 has 64 bytes, 32 each (RFC 7518 §3.4)."
    psychic = {
        "(0, 0) as DER": "MAYCAQACAQA",
        "(0, 0) as one byte each": b64(bytes(2)),
        "(0, 0) of P-384": b64(bytes(96)),
        "(0, 0) of P-521": b64(bytes(132)),
    }
    for name, text in psychic.items():
        yield name, f"{edited}.{text}", why


def _pair(message: str, r: int, s: int) -> str:
    return f"{message}.{b64(r.to_bytes(32) + s.to_bytes(32))}"


def _ecdsa_written(mint: Mint, message: str, r: int, s: int) -> Iterator[Made]:
    from cryptography.hazmat.primitives.asymmetric import utils

    why = "ES256 has 64 bytes, 32 each (RFC 7518 §3.4)."
    written = {
        "as DER": utils.encode_dss_signature(r, s),
        "r + n": (r + ORDER).to_bytes(33) + s.to_bytes(32),
        "s + n": r.to_bytes(33) + (s + ORDER).to_bytes(33),
        "33 bytes each": r.to_bytes(33) + s.to_bytes(33),
        "65 bytes": b"\0" + r.to_bytes(32) + s.to_bytes(32),
        "65 bytes, the last one a sign": r.to_bytes(32) + s.to_bytes(32) + b"\x1b",
        "little-endian": r.to_bytes(32, "little") + s.to_bytes(32, "little"),
        "as text": f"{r},{s}".encode(),
    }
    for name, octets in written.items():
        yield f"r, s {name}", f"{message}.{b64(octets)}", why, True
    text, cut = leading_zero(mint)
    yield "r without its leading zero", mint.resigned(cut, text), why, True


@family(
    "RSA numbers",
    "T1",
    matters="A number that needs no key passes as a signature.",
    only=("RS256",),
)
def rsa(mint: Mint) -> Iterator[Made]:
    """Numbers that are their own root, numbers beyond the modulus, and padding read lazily."""
    edited = mint.message(None, mint.admin())
    numbers = mint.own.private.private_numbers()
    n, d = numbers.public_numbers.n, numbers.d
    fixed = {"0": 0, "1": 1, "2": 2, "n - 1": n - 1, "n": n, "n + 1": n + 1}
    for name, value in fixed.items():
        token = mint.resigned(value.to_bytes(257 if value > 2**2048 - 1 else 256), edited)
        yield f"signature = {name}", token, "It needs no key to make."
    padded = _padded(edited)
    why = "The exponent is not 1, and 3 would not be enough."
    yield "signature = the padded hash", mint.resigned(padded.to_bytes(256), edited), why
    garbage = _begins(edited)
    root = _cube_root(garbage).to_bytes(256)
    yield "signature = a cube root, garbage behind", mint.resigned(root, edited), why
    message = mint.message()
    right = int.from_bytes(mint.own.sign(message.encode()))
    others = {"+ n": (right + n, 257), "+ 8 n": (right + 8 * n, 258), "negated": (n - right, 256)}
    for name, (value, size) in others.items():
        octets = value.to_bytes(size)
        yield f"signature {name}", mint.resigned(octets, message), "RFC 8017 §8.2.2 step 1.", True
    for name, block in _lazy(message).items():
        signature = pow(int.from_bytes(block), d, n).to_bytes(256)
        yield f"padding {name}", mint.resigned(signature), "RFC 8017 §9.2 has one padding.", True
    text, cut = leading_zero(mint)
    why = "RS256 has the modulus's length."
    yield "signature without its leading zero", mint.resigned(cut, text), why, True


def _digest_info(message: str, prefix: bytes = SHA256_PREFIX) -> bytes:
    return prefix + hashlib.sha256(message.encode()).digest()


def _block(data: bytes, kind: bytes = b"\0\1", filler: bytes = b"\xff") -> bytes:
    return kind + filler * (256 - 3 - len(data)) + b"\0" + data


def _padded(message: str) -> int:
    return int.from_bytes(_block(_digest_info(message)))


def _begins(message: str) -> int:
    front = b"\0\1" + b"\xff" * 8 + b"\0" + _digest_info(message)
    return int.from_bytes(front + b"\xff" * (256 - len(front)))


def _cube_root(value: int) -> int:
    low, high = 0, 1 << (value.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= value else (low, middle - 1)
    return low


def _lazy(message: str) -> dict[str, bytes]:
    info = _digest_info(message)
    short = b"\0\1" + b"\xff" * 8 + b"\0" + info
    no_null = bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20"
    return {
        "with garbage behind": short + b"\x5a" * (256 - len(short)),
        "without the hash's name": _block(info[len(SHA256_PREFIX) :]),
        "of encryption": _block(info, b"\0\2"),
        "of type 0": _block(info, b"\0\0", b"\0"),
        "with other filler": _block(info, filler=b"\xfe"),
        "with no NULL in it": _block(no_null + info[len(SHA256_PREFIX) :]),
        "with a cut hash": _block(info[:-1]),
    }


@family("EdDSA numbers", "T1", matters="One signature has many texts.", only=("EdDSA",))
def eddsa(mint: Mint) -> Iterator[Made]:
    """S beyond the group's order, or R a point that signs for weak keys."""
    edited, message = mint.message(None, mint.admin()), mint.message()
    right = mint.own.sign(message.encode())
    why = "S is from 0 to L - 1 (RFC 8032 §5.1.7)."
    for factor in (1, 2, 7):
        s = int.from_bytes(right[32:], "little") + factor * ED_ORDER
        token = mint.resigned(right[:32] + s.to_bytes(32, "little"), message)
        yield f"S + {factor} L", token, why, True
    neutral = (1).to_bytes(32, "little")
    points: dict[str, Any] = {"the neutral point": neutral, "zero": bytes(32)}
    points |= {"of order two": (2**255 - 20).to_bytes(32, "little"), "all ones": b"\xff" * 32}
    for name, point in points.items():
        for other, s in (("0", 0), ("1", 1), ("L", ED_ORDER)):
            token = mint.resigned(point + s.to_bytes(32, "little"), edited)
            yield f"R {name}, S {other}", token, "It needs no key to make."
    for name, octets in {
        "S before R": right[32:] + right[:32],
        "S big-endian": right[:32] + right[:31:-1],
        "R's sign flipped": right[:31] + bytes([right[31] ^ 128]) + right[32:],
        "for Ed448": right + bytes(50),
    }.items():
        yield f"signature {name}", mint.resigned(octets, message), "It is not the signature."
