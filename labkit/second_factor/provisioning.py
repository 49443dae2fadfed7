"""What an authenticator app scans: the otpauth URI and its QR code.

The URI holds the secret. Show it to its owner, once, over the page that they asked for; never
write it to a log, and never hand it to somebody else's QR service.
"""

import io
from urllib.parse import quote

from labkit.encoding import brief
from labkit.errors import InvalidInput
from labkit.inputs import text, whole
from labkit.second_factor.errors import QrTooLong
from labkit.second_factor.totp import ALGORITHMS, STEP_S, to_base32

QUIET_ZONE = 4  # modules of white around the code, ISO/IEC 18004
_QR_BYTES = 2331  # the largest code at error correction level M, ISO/IEC 18004


def provisioning_uri(
    secret: bytes,
    *,
    user: str,
    issuer: str,
    step_s: int = STEP_S,
    digits: int = 6,
    algorithm: str = "SHA1",
) -> str:
    """Return the otpauth URI, in Google Authenticator's key URI format.

    Many apps ignore `algorithm`, `digits` and `period` and use the defaults, which is why these
    are the defaults.

    Args:
        secret: The shared secret.
        user: The account as its owner knows it; no colon, which separates it from the issuer.
        issuer: Who the account is with; no colon.
        step_s: How long a code lives, in seconds.
        digits: 6, 7 or 8.
        algorithm: "SHA1", "SHA256" or "SHA512".

    Raises:
        InvalidInput: An argument of the wrong type or outside its range.

    Examples:
        >>> provisioning_uri(b"12345678901234567890", user="al@x.org", issuer="Grade book")
        'otpauth://totp/Grade%20book:al%40x.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Grade%20book&algorithm=SHA1&digits=6&period=30'
    """
    whole(digits, "number of digits", at_least=6, at_most=8)
    whole(step_s, "time step in seconds", at_least=1, at_most=3600)
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise InvalidInput(f"{brief(algorithm)} is no algorithm of RFC 6238.")
    name = quote(checked_label(issuer, "issuer"), safe="")
    account = quote(checked_label(user, "account name"), safe="")
    return (
        f"otpauth://totp/{name}:{account}?secret={to_base32(secret)}"
        f"&issuer={name}&algorithm={algorithm}&digits={digits}&period={step_s}"
    )


def checked_label(value: str, what: str) -> str:
    """Return `value` if an app can show it as an issuer or an account name.

    Raises:
        InvalidInput: It is empty, too long, or holds a colon or what cannot be seen.
    """
    if ":" in text(value, what, at_least=1, at_most=128) or not value.isprintable():
        raise InvalidInput(
            f"The {what} holds a colon or a character that cannot be seen.",
            remedy="The key URI format separates issuer and account by a colon: leave it out.",
        )
    return value


def qr_svg(uri: str, *, title: str = "QR code for an authenticator app") -> str:
    """Return a QR code as an SVG picture: black on white in any theme, one unit a module.

    Raises:
        QrTooLong: More than 2331 bytes do not fit.
    """
    rows = _modules(uri)
    size = len(rows)
    black = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    caption = _xml(text(title, "title", at_most=200))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img"'
        f' shape-rendering="crispEdges"><title>{caption}</title>'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path fill="#000" d="{black}"/></svg>'
    )


def qr_png(uri: str, *, module_px: int = 8) -> bytes:
    """Return a QR code as a PNG picture, black on white.

    Args:
        uri: What to encode.
        module_px: The width of a module in pixels, 1 to 32.

    Raises:
        QrTooLong: More than 2331 bytes do not fit.
    """
    from PIL import Image  # slow to import, and needed here only

    whole(module_px, "module's width in pixels", at_least=1, at_most=32)
    rows = _modules(uri)
    size = len(rows)
    picture = Image.new("1", (size, size), 1)
    picture.putdata([not dark for row in rows for dark in row])
    out = io.BytesIO()
    picture.resize((size * module_px, size * module_px), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def _modules(uri: str) -> list[list[bool]]:
    from qrcode.constants import ERROR_CORRECT_M  # slow to import, and needed here only
    from qrcode.main import QRCode

    data = text(uri, "text of the QR code", at_least=1, at_most=_QR_BYTES).encode()
    if len(data) > _QR_BYTES:
        raise QrTooLong(f"{len(data)} bytes do not fit into a QR code.")
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(data, optimize=0)
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def _xml(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
