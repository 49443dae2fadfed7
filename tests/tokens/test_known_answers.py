"""The signed examples of RFC 7515 (appendix A.1 to A.3) and RFC 8037 (appendix A.4)."""

import pytest

from labkit.tokens import Key, thumbprint, verify_signature
from labkit.tokens.compact import split
from labkit.tokens.errors import AlgorithmRefused, SignatureWrong

CLAIMS = b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
_PAYLOAD = (
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
)
EXAMPLES = {
    "RFC 7515 A.1": (
        {
            "kty": "oct",
            "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1"
            "Z9CAow",
        },
        (
            f"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{_PAYLOAD}"
            ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        ),
        CLAIMS,
    ),
    "RFC 7515 A.2": (
        {
            "kty": "RSA",
            "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJ"
            "PMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0"
            "LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uD"
            "Zlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2"
            "PAcDTW9gb54h4FRWyuXpoQ",
            "e": "AQAB",
        },
        (
            f"eyJhbGciOiJSUzI1NiJ9.{_PAYLOAD}"
            ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_l"
            "F5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vR"
            "K5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsq"
            "tFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVr"
            "Bp0igcN_IoypGlUPQGe77Rw"
        ),
        CLAIMS,
    ),
    "RFC 7515 A.3": (
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
        },
        (
            f"eyJhbGciOiJFUzI1NiJ9.{_PAYLOAD}"
            ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
        CLAIMS,
    ),
    "RFC 8037 A.4": (
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        },
        (
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
            ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        ),
        b"Example of Ed25519 signing",
    ),
}
every_example = pytest.mark.parametrize(
    ("jwk", "token", "payload"), EXAMPLES.values(), ids=EXAMPLES.keys()
)


@every_example
def test_the_published_signature_is_accepted(jwk, token, payload):
    assert verify_signature(token, jwk) == payload


@every_example
def test_another_payload_under_the_published_signature_is_refused(jwk, token, payload):
    header, _, signature = token.split(".")
    with pytest.raises(SignatureWrong):
        verify_signature(f"{header}.bm90IHNpZ25lZA.{signature}", jwk)


@pytest.mark.parametrize("name", ["RFC 7515 A.1", "RFC 8037 A.4"])
def test_signing_again_gives_the_published_signature(name):
    jwk, token, _ = EXAMPLES[name]
    message, _, _, signature = split(token)
    assert Key.from_jwk(jwk).sign(message) == signature


@every_example
def test_every_other_published_key_is_refused(jwk, token, payload):
    for other, _, _ in EXAMPLES.values():
        if other is not jwk:
            with pytest.raises(AlgorithmRefused):
                verify_signature(token, other)


def test_the_thumbprint_is_that_of_rfc_8037():
    key = Key.from_jwk(EXAMPLES["RFC 8037 A.4"][0])  # its thumbprint stands in A.3
    assert thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
