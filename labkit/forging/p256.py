"""Points of the curve P-256 in plain integers (SEC 1, FIPS 186-5): slow, and nothing secret here.

Only for public values. Its running time depends on them, which would give a private key away.
"""

from hashlib import sha256

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
Point = tuple[int, int] | None  # None is the point at infinity
G: Point = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def add(one: Point, other: Point) -> Point:
    """Return the sum of two points.

    Examples:
        >>> add(G, None) == G, add(G, (G[0], P - G[1])) is None
        (True, True)
    """
    if one is None or other is None:
        return other if one is None else one
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    if one == other:
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def times(number: int, point: Point) -> Point:
    """Return a multiple of a point, by doubling and adding.

    Examples:
        >>> times(2, G) == add(G, G), times(N, G) is None
        (True, True)
    """
    result: Point = None
    for bit in f"{number % N:b}":
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def with_x(x: int) -> list[Point]:
    """Return the points that have this x: two, or none.

    Examples:
        >>> G in with_x(G[0]), with_x(P)
        (True, [])
    """
    if x >= P:
        return []
    square = (x**3 - 3 * x + B) % P
    y = pow(square, (P + 1) // 4, P)  # P is 3 modulo 4
    return [(x, y), (x, P - y)] if y * y % P == square else []


def candidates(message: bytes, r: int, s: int) -> set[tuple[int, int]]:
    """Return the public keys under which (r, s) is ES256's signature of the message.

    Q = r⁻¹(sR − zG), where R is a point whose x is r or, seldom, r + n (SEC 1 §4.1.6).
    """
    if not (0 < r < N and 0 < s < N):
        return set()
    inverse = pow(r, -1, N)
    z = int.from_bytes(sha256(message).digest(), "big")
    base = times(-z * inverse, G)
    found = (add(point, base) for x in (r, r + N) for point in _scaled(x, s * inverse))
    return {point for point in found if point is not None}


def _scaled(x: int, number: int) -> list[Point]:
    """Return the multiples of the points with this x: of two opposite ones they are opposite."""
    points = with_x(x)
    multiple = times(number, points[0]) if points else None
    return [multiple, (multiple[0], P - multiple[1])] if multiple else []
