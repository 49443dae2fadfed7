"""The claims on tokens: dates, secrets, algorithms, log-out, and what anyone can read."""

import secrets
import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from labkit.claims.claim import Claim, Verdict
from labkit.comparing import Minting, minting, revocation_delay, working_day
from labkit.comparing.dates import mistaken
from labkit.comparing.minting import told
from labkit.comparing.spans import lasting, span
from labkit.cracking import Candidates, Jwt, cost_to_crack, count, duration
from labkit.forging import COMMON_SECRETS, Forgery, guess_secret, phrases
from labkit.tokens import Key, TokenIssuer, TokenVerifier
from labkit.tokens.errors import KeyRefused
from labkit.tokens.strength import MIN_SECRET_BYTES

WINTER = 1_800_000_000  # 2027-01-15 08:00 UTC
LIFE_S = 900
ZONES = ("America/New_York", "Europe/Berlin", "UTC")
CONSTANT = "keep this secure"
PHRASE = "this-is-my-very-secret-token-key"
ISSUER, AUDIENCE = "https://a.example", "grades"
PIN = "2580"


def utcnow_for_expiry(now: int = WINTER, zones: Iterable[str] = ZONES) -> Claim:
    """Hand PyJWT a date without a zone, then turn it into a number as a machine in each zone does.

    Args:
        now: The moment, in seconds since the epoch.
        zones: Where the machine stands, by IANA name.
    """
    naive = datetime.fromtimestamp(now + LIFE_S, UTC).replace(tzinfo=None)  # utcnow() + 15 min
    handed = _exp_by_pyjwt(naive)
    wrong = {zone: mistaken(now + LIFE_S, zone) for zone in zones}
    return Claim(
        "Set a token's exp from datetime.utcnow().",
        Verdict.HOLDS if handed == now + LIFE_S else Verdict.FALSE,
        "PyJWT takes a date without a zone for UTC. The date's own timestamp() takes it for local"
        " time, and no test on a server in UTC finds that. Python deprecates utcnow() since 3.12:"
        " datetime.now(UTC) carries its zone.",
        (
            ("a token for", span(LIFE_S)),
            ("datetime handed to PyJWT", _life(handed - now)),
            *(
                (f"int(utcnow().timestamp()), {zone}", _life(exp - now))
                for zone, exp in wrong.items()
            ),
        ),
    )


def constant_secret(candidates: Candidates | None = None) -> Claim:
    """Sign with two readable constants, guess them from the token alone, and forge.

    Args:
        candidates: What to guess; typical defaults, common passwords and phrases unless given.
    """
    tried = COMMON_SECRETS + phrases() if candidates is None else candidates
    short, long, drawn = (
        guess_secret(_signed(secret), tried)
        for secret in (CONSTANT, PHRASE, secrets.token_hex(MIN_SECRET_BYTES))
    )
    forged = long.secret is not None and _accepted(_signed(long.secret.decode(), role="admin"))
    price = cost_to_crack(Jwt(), drawn.tried)
    fell = short.found and long.found and forged and not drawn.found
    return Claim(
        "A readable constant in the source will do as the secret for HS256.",
        Verdict.FALSE if fell else Verdict.DEPENDS,
        "One token is enough to guess it off line, where no throttle counts. Length is no"
        " randomness, and a constant in the source is shared with every reader of it.",
        (
            (f"“{CONSTANT}”, {len(CONSTANT)} characters", _told(short.found)),
            ("what is said to it", _said(CONSTANT)),
            (f"“{PHRASE}”, {len(PHRASE)} characters", _told(long.found)),
            ("what is said to it", _said(PHRASE)),
            ("an admin's token signed with it", "accepted" if forged else "not accepted"),
            (f"{MIN_SECRET_BYTES} random bytes in hex", _told(drawn.found)),
            ("guesses for that", count(drawn.tried)),
            ("these on one RTX 4090, estimated", duration(price.seconds)),
        ),
    )


def which_algorithm(tried: Callable[..., Minting] = minting) -> Claim:
    """Let each service try to mint an admin's token with what it needs to verify.

    Args:
        tried: Lets them try; another one for a test.
    """
    found = tried(services=3)
    shared, public = found["one HS256 secret"], found["RS256 public keys"]
    tokens = {alg: _issuer(alg).issue("alice") for alg in ("HS256", "RS256", "ES256")}
    holds = len(shared) > 1 and len(public) == 1
    return Claim(
        "HS256 for small internal systems, RS256 for several services.",
        Verdict.INCOMPLETE if holds else Verdict.FALSE,
        "The question is who may mint, not the size: two services with one secret can each sign"
        " what the other believes. ES256 parts the two with a shorter signature.",
        (
            ("HS256, 3 services: can mint", told(shared)),
            ("RS256, 3 services: can mint", told(public)),
            ("ES256, 3 services: can mint", told(found["ES256 public keys"])),
            *(
                (f"{alg}, bytes of signature", str(len(Forgery.of(token).signature)))
                for alg, token in tokens.items()
            ),
        ),
    )


def log_out_and_state(delay: Callable[..., float] = revocation_delay) -> Claim:
    """Log out of three designs with a copy of the credential in hand, and count what they keep.

    Args:
        delay: Finds how long the copy is good; another one for a test.
    """
    names = {"sessions": "sessions", "stateless": "tokens", "denylist": "tokens and a denylist"}
    after = {each: delay(each, "log-out") for each in names}
    days = {each: working_day(each) for each in names}
    reads = {each: days[each].reads // days[each].requests for each in names}
    holds = (
        after["sessions"] == 0 < after["stateless"]
        and reads["stateless"] == days["stateless"].kept_bytes == 0 < reads["denylist"]
    )
    return Claim(
        "Sessions are simpler for log-out, just delete them; JWTs need no state at the server.",
        Verdict.HOLDS if holds else Verdict.FALSE,
        "Both halves are one fact: what is not kept cannot be deleted. A denylist ends tokens at"
        " once, and is looked into at each request, as sessions are.",
        (
            *(
                (f"{name}: a copy is good after log-out", lasting(after[k]))
                for k, name in names.items()
            ),
            *((f"{name}: look-ups for a request", str(reads[k])) for k, name in names.items()),
            *(
                (f"{names[k]}: bytes kept while logged in", str(days[k].kept_bytes))
                for k in ("sessions", "stateless")
            ),
            *(
                (f"{names[k]}: bytes sent with a request", str(days[k].wire_bytes))
                for k in ("sessions", "stateless")
            ),
        ),
    )


def no_secrets_inside() -> Claim:
    """Put a PIN into a token and read it without any key."""
    issuer = _issuer("ES256")
    read = Forgery.of(issuer.issue("alice", claims={"pin": PIN})).claims.get("pin")
    fields = issuer.claims_for({"name": "alice", "role": "student", "password": "$argon2id$…"})
    return Claim(
        "Never put secrets into a JWT: Base64 is no encryption.",
        Verdict.HOLDS if read == PIN else Verdict.FALSE,
        "A signature stops changes, not reading: whoever sees a token, in a log or a browser,"
        " reads all of it.",
        (
            ("a PIN put into a token", PIN),
            ("read from it without any key", str(read)),
            ("of name, role, password goes into a token here", ", ".join(fields)),
        ),
    )


def _exp_by_pyjwt(moment: datetime) -> int:
    import jwt

    token = jwt.encode({"exp": moment}, secrets.token_bytes(MIN_SECRET_BYTES), algorithm="HS256")
    return int(Forgery.of(token).claims["exp"])


def _life(seconds: int) -> str:
    key = Key.generate("ES256")
    verifier = TokenVerifier(
        key, algorithm="ES256", issuer=ISSUER, audience=AUDIENCE, clock=lambda: 0.0
    )
    return f"good for {span(seconds)}" if verifier.in_time({"exp": seconds}) else "dead at birth"


def _signed(secret: str, role: str = "student") -> str:
    forgery = Forgery.of("").edit_claims(sub="alice", role=role)
    return str(forgery.sign_with_secret(secret.encode()))


def _accepted(token: str) -> bool:
    import jwt

    return bool(jwt.decode(token, PHRASE, algorithms=["HS256"])["role"] == "admin")


def _said(secret: str) -> str:
    return f"PyJWT {_pyjwt_says(secret)}, labkit {_labkit_says(secret)}"


def _pyjwt_says(secret: str) -> str:
    import jwt

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        jwt.encode({"sub": "alice"}, secret, algorithm="HS256")
    return "warns and signs" if caught else "signs"


def _labkit_says(secret: str) -> str:
    try:
        Key.secret(secret.encode())
    except KeyRefused as error:
        return f"refuses ({type(error).__name__})"
    return "takes it"


def _issuer(algorithm: str) -> TokenIssuer:
    key = Key.generate(algorithm)
    return TokenIssuer(key, algorithm=algorithm, issuer=ISSUER, audience=AUDIENCE)


def _told(found: bool) -> str:
    return "found" if found else "not found"
