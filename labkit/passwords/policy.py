"""Which passwords a site takes (NIST SP 800-63B-4 §3.1.1.2)."""

import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final

from labkit import inputs
from labkit.errors import InvalidInput
from labkit.passwords.breach import BundledRanges, RangeSource, times_seen
from labkit.passwords.errors import EmptyPassword, PasswordTooLong
from labkit.passwords.lists import common_passwords
from labkit.passwords.policy_errors import AgainstPolicy
from labkit.passwords.strength import checked_words, estimate

LEAST_ALONE = 15
LEAST_WITH_SECOND_FACTOR = 8
LEAST_MAXIMUM = 64
NORMALIZATION: Final = "NFC"
_SHORTEST_WORD = 3
_MOST_WORDS = 50


@dataclass(frozen=True)
class Problem:
    """One reason to refuse a new password.

    Attributes:
        code: too_short, too_long, unassigned, listed, context, guessable or breached.
        sentence: What is wrong, without the password.
        remedy: What to do about it.
    """

    code: str
    sentence: str
    remedy: str


class PasswordPolicy:
    """Judges new passwords and prepares every password for its hash; safe for threads.

    Length counts and nothing forces digits or symbols (ASVS 6.2.5). Nothing here asks for a new
    password after some months (ASVS 6.2.10): the time to change is when it was seen in a breach.
    The estimate by zxcvbn serves as a longer blocklist: a password that it would guess within
    10^6 tries is refused as an expected one (§3.1.1.2), whatever characters it is made of.

    Unicode is normalised to NFC, for stabilised strings, as the final NIST SP 800-63B-4 §3.1.1.2
    says. Its drafts and its third revision said NFKC or NFKD. These also fold what a user tells
    apart ("²" and "2"), and so lose guesses; NFC only makes the two spellings of "é" equal.

    Args:
        with_second_factor: The password never opens an account alone: 8 characters instead of 15.
        site: The site's name, which no password should lean on.
        most: The longest password taken, in characters, at least 64 (ASVS 6.2.9). Without a
            limit a log-in with a megabyte of password would keep a hash busy.
        listed: Case-folded passwords to refuse; by default zxcvbn's 30 000 (ASVS 6.2.4).
        least_score: The lowest score of zxcvbn that is taken, 0 to 4; 0 leaves it out.
        breached: Whom to ask about breaches (ASVS 6.2.12), or None. Asked only about a password
            with no other problem.

    Examples:
        >>> policy = PasswordPolicy(site="Gradebook")
        >>> policy.problems("correct horse battery staple")
        []
        >>> [problem.code for problem in policy.problems("gradebook-alice-26", ["alice"])]
        ['context']
        >>> print(policy.problems("Tr0ub4dor&3")[0].sentence)
        The password has 11 characters, and 15 is the least.
    """

    def __init__(
        self,
        *,
        with_second_factor: bool = False,
        site: str = "",
        most: int = 256,
        listed: Container[str] | None = None,
        least_score: int = 2,
        breached: RangeSource | None = BundledRanges(),  # noqa: B008 (it holds nothing)
    ) -> None:
        self.least = LEAST_WITH_SECOND_FACTOR if with_second_factor else LEAST_ALONE
        self.most = inputs.whole(most, "longest password", at_least=LEAST_MAXIMUM, at_most=4096)
        self.least_score = inputs.whole(least_score, "least score", at_most=4)
        self._site = inputs.text(site, "site", at_most=1024)
        if listed is not None and not isinstance(listed, Container):
            raise InvalidInput("The list must be a set of passwords.")
        if breached is not None:
            inputs.offering(breached, "source of ranges", "range_for")
        self._listed = listed
        self._breached = breached

    def admit(self, password: str) -> str:
        """Return a password in the form that is hashed: what passes here, before any hash.

        Args:
            password: What was typed, at a registration or at a log-in.

        Returns:
            The password in NFC, whole: nothing is cut or stripped (ASVS 6.2.8).

        Raises:
            InvalidInput: Not a str, or no Unicode text.
            EmptyPassword: Nothing was typed.
            PasswordTooLong: More characters than the policy takes.
        """
        if isinstance(password, str):
            self._check_length(password)
        inputs.text(password, "password")
        admitted = unicodedata.normalize(NORMALIZATION, password)
        self._check_length(admitted)
        return admitted

    def forms(self, password: str) -> tuple[str, ...]:
        """Return what to try at a log-in: the admitted form, then what was typed if it differs.

        A hash that another program made may hold a form that nobody normalised. Who types an
        "é" in two pieces costs the site two hashes instead of one, and no more.

        Raises:
            InvalidInput: What `admit` refuses.
        """
        admitted = self.admit(password)
        return (admitted,) if admitted == password else (admitted, password)

    def problems(self, password: str, context: Iterable[str] = ()) -> list[Problem]:
        """Return every reason to refuse a new password, or an empty list.

        Args:
            password: What was typed.
            context: Words that a guesser knows of this user: names, e-mail address.

        Raises:
            InvalidInput: Not a str, or no Unicode text.
            BreachCheckError: Somebody had to be asked about breaches and could not be.
        """
        words = self._words(context)
        try:
            admitted = self.admit(password)
        except EmptyPassword:
            return [self._too_short(0)]
        except PasswordTooLong as error:
            return [Problem("too_long", error.cause, error.remedy)]
        checks = (self._short, self._unassigned, self._common)
        found = [problem for check in checks for problem in check(admitted)]
        found += self._context(admitted, words) or self._guessable(admitted, words)
        return found or self._seen(admitted)

    def require(self, password: str, context: Iterable[str] = ()) -> str:
        """Return a new password in the form that is hashed, if the policy takes it.

        Raises:
            AgainstPolicy: It has problems; the message names the first, the evidence all.
        """
        found = self.problems(password, context)
        if found:
            codes = tuple(problem.code for problem in found)
            raise AgainstPolicy(found[0].sentence, remedy=found[0].remedy, codes=codes)
        return self.admit(password)

    def _check_length(self, password: str) -> None:
        if not password:
            raise EmptyPassword("There is no password.")
        if len(password) > self.most:
            raise PasswordTooLong(
                f"The password has {len(password)} characters, and {self.most} is the most.",
                remedy="Take a shorter one; a password manager can set the length.",
            )

    def _short(self, password: str) -> list[Problem]:
        return [self._too_short(len(password))] if len(password) < self.least else []

    def _too_short(self, length: int) -> Problem:
        return Problem(
            "too_short",
            f"The password has {length} characters, and {self.least} is the least.",
            "Four or five words that have nothing to do with each other are long and stay in mind.",
        )

    def _unassigned(self, password: str) -> list[Problem]:
        # A later Unicode may normalise such a code point otherwise, and lock its user out
        # (UAX #15 §12.1).
        if not any(unicodedata.category(character) == "Cn" for character in password):
            return []
        sentence = "The password holds a character that Unicode has not assigned, or not long ago."
        return [Problem("unassigned", sentence, "Leave that character out.")]

    def _common(self, password: str) -> list[Problem]:
        listed = common_passwords() if self._listed is None else self._listed
        if password.casefold() not in listed:
            return []
        sentence = "The password is on the list that guessers try first."
        return [Problem("listed", sentence, "Take one that nobody else has.")]

    def _words(self, context: Iterable[str]) -> list[str]:
        texts = [self._site, *checked_words(context)]
        parts = {part for word in texts for part in [word, *re.split(r"[\W_]+", word)]}
        folded = {part.casefold() for part in parts if len(part) >= _SHORTEST_WORD}
        return sorted(folded, key=lambda word: (-len(word), word))[:_MOST_WORDS]

    def _context(self, password: str, words: list[str]) -> list[Problem]:
        derived = "|".join(re.escape(form) for word in words for form in (word, word[::-1]))
        own, found = re.subn(derived, "", password.casefold()) if words else (password, 0)
        if not found or len(own) >= (self.least + 1) // 2:
            return []
        sentence = "Without your names and the site's, little is left of the password."
        return [Problem("context", sentence, "Take words that nobody would connect with you.")]

    def _guessable(self, password: str, words: list[str]) -> list[Problem]:
        if not self.least_score:
            return []
        strength = estimate(password, words)
        if strength.score >= self.least_score:
            return []
        guesses = f"A guesser needs about 10^{strength.log10_guesses:.0f} tries for the password."
        advice = " ".join([strength.warning, *strength.suggestions]).strip()
        return [Problem("guessable", guesses, advice or "Add words that do not belong together.")]

    def _seen(self, password: str) -> list[Problem]:
        if self._breached is None or not times_seen(password, self._breached):
            return []
        sentence = "The password was found in a breach of another site."
        return [Problem("breached", sentence, "Take another one, and change it where you use it.")]
