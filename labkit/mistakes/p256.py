"""ECDSA over P-256 as a textbook writes it down, without the line that refuses a zero.

The multiplications are plain Python in Jacobian coordinates, right and slow, in a time that depends
on the numbers: to read, and for a mistake to stand on. The libraries of the secure parts refuse
a zero by themselves.
"""

import hashlib

# SP 800-186 §3.2.1.3
FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BASE_X = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
BASE_Y = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5

Point = tuple[int, int, int]  # (x / z², y / z³); z = 0 is the point at infinity
NOWHERE: Point = (1, 1, 0)


def accepts(x: int, y: int, message: bytes, r: int, s: int) -> bool:
    """Return whether (r, s) is a signature, by the equation alone.

    FIPS 186-5 §6.4.2 begins with "if r or s is not from 1 to n - 1, reject", which is left out.
    With r = s = 0 both factors become zero, their point is the one at infinity, and the inverse by
    Fermat's theorem makes a zero of its x: equal to r, whatever was signed and whoever signed it.

    Args:
        x: The public key's first coordinate.
        y: Its second one.
        message: The signed bytes.
        r: The signature's first half.
        s: Its second half.
    """
    digest = int.from_bytes(hashlib.sha256(message).digest())
    inverse = pow(s, ORDER - 2, ORDER)
    u, v = digest * inverse % ORDER, r * inverse % ORDER
    found = added(times(u, (BASE_X, BASE_Y, 1)), times(v, (x, y, 1)))
    return affine_x(found) % ORDER == r


def affine_x(point: Point) -> int:
    """Return a point's x; that of the point at infinity comes out as 0."""
    x, _, z = point
    return x * pow(z, 2 * (FIELD - 2), FIELD) % FIELD


def times(factor: int, point: Point) -> Point:
    """Return the point added to itself so often."""
    total = NOWHERE
    for bit in f"{factor:b}":
        total = doubled(total)
        if bit == "1":
            total = added(total, point)
    return total


def doubled(point: Point) -> Point:
    """Return the point added to itself."""
    x, y, z = point
    slope = 3 * (x - z * z) * (x + z * z) % FIELD  # the curve's a is -3
    square = y * y % FIELD
    middle = 4 * x * square % FIELD
    new_x = (slope * slope - 2 * middle) % FIELD
    new_y = (slope * (middle - new_x) - 8 * square * square) % FIELD
    return new_x, new_y, 2 * y * z % FIELD


def added(one: Point, other: Point) -> Point:
    """Return the sum of two points."""
    if not one[2] or not other[2]:
        return other if not one[2] else one
    (x1, y1, z1), (x2, y2, z2) = one, other
    u1, u2 = x1 * z2 * z2 % FIELD, x2 * z1 * z1 % FIELD
    s1, s2 = y1 * z2**3 % FIELD, y2 * z1**3 % FIELD
    if u1 == u2:
        return doubled(one) if s1 == s2 else NOWHERE
    h, r = u2 - u1, s2 - s1
    h2 = h * h % FIELD
    h3, v = h * h2 % FIELD, u1 * h2 % FIELD
    new_x = (r * r - h3 - 2 * v) % FIELD
    return new_x, (r * (v - new_x) - s1 * h3) % FIELD, h * z1 * z2 % FIELD
