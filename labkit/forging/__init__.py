"""The forging kit: what an attacker does to a token, with every byte in view.

It stands on the standard library alone, with `cryptography` for the attacker's own keys, and
shares no code with the verifier that it tries.

Examples:
    >>> from labkit.forging import Forgery
    >>> stolen = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic3R1ZGVudCJ9.AAAA"
    >>> str(Forgery.of(stolen).edit_claims(role="admin").unsigned("nOnE"))
    'eyJhbGciOiJuT25FIn0.eyJyb2xlIjoiYWRtaW4ifQ.'
"""

from labkit.forging.errors import KeyNotRecovered, ServerStopped, UnusableKey
from labkit.forging.forgery import NONE_SPELLINGS, Forgery, Kid
from labkit.forging.key_server import Keys, serve_keys
from labkit.forging.own_key import OwnKey
from labkit.forging.phrases import phrases
from labkit.forging.public_text import FORMS, public_text
from labkit.forging.recovery import recover_key
from labkit.forging.secrets import COMMON_SECRETS, Guess, guess_secret
from labkit.forging.steps import Step

__all__ = [
    "COMMON_SECRETS",
    "FORMS",
    "NONE_SPELLINGS",
    "Forgery",
    "Guess",
    "KeyNotRecovered",
    "Keys",
    "Kid",
    "OwnKey",
    "ServerStopped",
    "Step",
    "UnusableKey",
    "guess_secret",
    "phrases",
    "public_text",
    "recover_key",
    "serve_keys",
]
