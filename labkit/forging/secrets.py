"""Guessing the secret of an HMAC-signed token, off line, through the cracking seam."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from importlib.resources import files

from labkit.cracking import (
    Budget,
    Candidates,
    Jwt,
    Progress,
    Report,
    UnreadableStored,
    common,
    crack,
    listed,
    read,
    shown,
)
from labkit.cracking.words import count
from labkit.display import Shown, card, escaped, prose, verdict

ROW = "token"
AN_HOUR_S = 3600.0
AT_MOST_S = 10.0

# What programs were born with: the words by which people fill in a setting named "secret" to get on
# with it, and the placeholders of well-known documentation. Our own list, not taken from a word
# list. The blank secret is the first: it is what a missing setting becomes.
_LIST = files("labkit.forging").joinpath("default_secrets.txt").read_text("utf-8")
DEFAULTS: tuple[str, ...] = ("", *_LIST.splitlines())
COMMON_SECRETS: Candidates = listed(DEFAULTS, "typical defaults") + common()


@dataclass(frozen=True)
class Guess(Shown):
    """What guessing a token's secret came to. Immutable.

    Args:
        secret: The secret, or None.
        tried: How many candidates were computed.
        seconds: CPU seconds that this machine took for them.
        said: What ended it and what it would cost, in words.
    """

    secret: bytes | None = field(repr=False)
    tried: int
    seconds: float = field(compare=False)
    said: str = ""

    @property
    def found(self) -> bool:
        """Whether the secret is known."""
        return self.secret is not None

    @property
    def told(self) -> str:
        """The result in a sentence, fit for a screen."""
        if self.secret is None:
            return f"not found: {self.said}"
        if not self.secret:
            return f"found: the secret is empty (guess {count(self.tried)})"
        return f"found: {shown(self.secret.decode())} (guess {count(self.tried)})"

    def __repr__(self) -> str:
        return f"Secret {self.told}"

    def html(self) -> str:
        """Return the result as a card."""
        if self.secret is None:
            return card("Secret", "", f"<p>{verdict('held', 'Not found')} {escaped(self.said)}</p>")
        word = f'<code class="lk-mono">{escaped(shown(self.secret.decode()) or "(empty)")}</code>'
        how = f"guess {count(self.tried)}: whoever has it can sign what they like"
        return card("Secret", "", f"<p>{verdict('breached', 'Found')} {word} {prose(how)}.</p>")


def guess_secret(
    token: str,
    candidates: Iterable[str] = COMMON_SECRETS,
    *,
    budget: Budget | None = None,
    executor: Executor | None = None,
    progress: Callable[[Progress], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Guess:
    """Guess the secret of a token signed under HS256, HS384 or HS512.

    One token is enough, no site is asked, and no throttle sees it: whoever holds a token can try
    as many secrets as their graphics card computes. A secret of 256 random bits (RFC 7518 §3.2)
    is out of reach; 32 characters of a sentence are not.

    Args:
        token: The token.
        candidates: The guesses, best first: any iterable of str, also a mask or `phrases()`.
        budget: What may be spent; unless given an hour of one GPU, of which this machine computes
            at most 10 seconds of CPU time.
        executor: Runs the batches; none: here, and in a pool where the work is worth one.
        progress: Called between batches.
        cancelled: Asked between batches; true ends the guessing.

    Raises:
        InvalidInput: `token` is no str, empty or too long, or a candidate is no str.
        UnreadableStored: It is no token, or none that an HMAC signed.

    Examples:
        >>> from labkit.forging import Forgery
        >>> token = str(Forgery.of("").edit_claims(sub="alice").sign_with_secret(b"changeme"))
        >>> guess_secret(token).secret
        b'changeme'
    """
    if not isinstance(read(token).params, Jwt):
        raise UnreadableStored(
            "This is no signed token.", remedy="Give the three parts with the dots between them."
        )
    report = crack(
        {ROW: token},
        candidates,
        budget=Budget(AN_HOUR_S, at_most_s=AT_MOST_S) if budget is None else budget,
        executor=executor,
        progress=progress,
        cancelled=cancelled,
    )
    return of_report(report)


def of_report(report: Report) -> Guess:
    """Return what a report on one token says of its secret."""
    password = report.found.get(ROW)
    secret = None if password is None else password.encode()
    said = report.left[0].reason if report.left else report.summary
    return Guess(secret, report.guesses, report.cpu_s, said)
