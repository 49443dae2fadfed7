"""Why a token, a key or a refresh was refused: one small class for each cause.

Four questions are told apart: is the text a token at all (`MalformedToken`), does its header ask
for what this verifier does (`HeaderRefused`), did the right key sign it (`SignatureRefused`), and
is it meant for here and now (`ClaimRefused`). What is wrong with a key is a `KeyRefused`, what is
wrong with a refresh token a `RefreshRefused`.
"""

from labkit.errors import LabkitError


class TokenError(LabkitError):
    """A token, a key or a refresh token was refused."""


class MalformedToken(TokenError):
    """The text is not a signed token in the compact form (RFC 7515 §7.1)."""

    default_remedy = "Send the token exactly as it was issued."


class TokenTooLong(MalformedToken):
    """The token has more bytes than any token of ours."""


class NotAscii(MalformedToken):
    """The token holds a character outside ASCII."""


class Whitespace(MalformedToken):
    """The token holds a space, a tab or a line break."""

    default_remedy = "Strip what surrounds the token, and join the lines of a wrapped one."


class SegmentCount(MalformedToken):
    """The token does not consist of three segments with two dots between them."""


class EncryptedToken(MalformedToken):
    """Five segments: an encrypted token (JWE), which this library does not read."""

    default_remedy = "Ask the issuer for a signed token (JWS)."


class JsonSerialized(MalformedToken):
    """The JSON form of a signature (RFC 7515 §7.2), not the compact one."""

    default_remedy = "Send the compact form: header.payload.signature."


class EmptySegment(MalformedToken):
    """The header, or the payload of a token with claims, is empty."""


class Padded(MalformedToken):
    """A segment carries `=` padding, which the compact form leaves off."""


class WrongAlphabet(MalformedToken):
    """A segment holds a character that base64url does not have."""


class ImpossibleLength(MalformedToken):
    """A segment has a length that no bytes encode to."""


class StrayBits(MalformedToken):
    """The unused bits of a segment's last character are set: a second spelling of the token."""


class MalformedJson(MalformedToken):
    """The bytes are not a JSON object as strictly as this library reads one."""

    default_remedy = "Write the object with a JSON library, in UTF-8, each member once."


class ByteOrderMark(MalformedJson):
    """The JSON text begins with a byte-order mark."""


class WrongEncoding(MalformedJson):
    """The JSON text is UTF-16 or UTF-32 (RFC 8259 §8.1 allows UTF-8 only)."""


class NotUtf8(MalformedJson):
    """The bytes are not UTF-8."""


class NotJson(MalformedJson):
    """The text is not JSON."""


class NotAnObject(MalformedJson):
    """The JSON value is not an object."""


class DuplicateMember(MalformedJson):
    """An object names a member twice, and two readers may each take another one."""


class TooDeep(MalformedJson):
    """Arrays and objects are nested too deeply."""


class NumberTooLarge(MalformedJson):
    """A number is outside what every JSON reader keeps exactly (RFC 7493 §2.2)."""


class NotANumber(MalformedJson):
    """NaN or Infinity, which JSON does not have."""


class LoneSurrogate(MalformedJson):
    """A string holds half of a surrogate pair, which is no character."""


class NulCharacter(MalformedJson):
    """A string holds a NUL, where some readers would end it."""


class HeaderRefused(TokenError):
    """The header asks for something that this verifier does not do."""

    default_remedy = "The verifier decides how a token is checked, never the token."


class AlgorithmMissing(HeaderRefused):
    """The header names no algorithm, or not by a string."""


class UnsignedToken(HeaderRefused):
    """The header says `none`: nothing is signed."""


class AlgorithmRefused(HeaderRefused):
    """The header names another algorithm than the pinned one."""


class TypeMissing(HeaderRefused):
    """The header does not say which kind of token this is."""


class TypeRefused(HeaderRefused):
    """Another kind of token than the one expected (RFC 8725 §3.11)."""


class CriticalMalformed(HeaderRefused):
    """`crit` is not a list of extension names that stand in the header (RFC 7515 §4.1.11)."""


class CriticalRefused(HeaderRefused):
    """The header calls something critical that this verifier does not understand."""


class UnencodedPayload(HeaderRefused):
    """`b64` (RFC 7797) would change which bytes are signed."""


class CompressedPayload(HeaderRefused):
    """`zip` belongs to encrypted tokens; a small one may unpack to gigabytes."""


class KeyInHeader(HeaderRefused):
    """The header brings its own key, or says where to fetch one."""

    default_remedy = "Name a key that the verifier already trusts, by its `kid`."


class KeyIdMissing(HeaderRefused):
    """The header names no key, and there is more than one to choose from."""


class KeyIdMalformed(HeaderRefused):
    """`kid` is no short string."""


class UnknownKey(HeaderRefused):
    """No trusted key of this algorithm has that `kid` now."""

    default_remedy = "The key may have been rotated out: ask for a new token."


class SignatureRefused(TokenError):
    """The trusted key did not sign these bytes."""

    default_remedy = "Ask the issuer for a new token; this one was changed or made elsewhere."


class SignatureMissing(SignatureRefused):
    """The third segment is empty."""


class SignatureLength(SignatureRefused):
    """The signature has another length than this key's signatures."""


class SignatureWrong(SignatureRefused):
    """The signature does not fit the key and the bytes."""


class ClaimRefused(TokenError):
    """The token is genuine, but not meant for here and now."""

    default_remedy = "Ask the issuer for a new token."


class ClaimMissing(ClaimRefused):
    """A claim that must be there is not."""


class ClaimMalformed(ClaimRefused):
    """A claim has another type than RFC 7519 §4.1 gives it."""


class DateMalformed(ClaimMalformed):
    """A date is not a JSON number (RFC 7519 §2, NumericDate)."""

    default_remedy = "Write dates as numbers: seconds since 1970-01-01 UTC."


class DateIsText(DateMalformed):
    """A date is a string, even if of digits."""


class DateIsBoolean(DateMalformed):
    """A date is true or false, which some languages count as 1 and 0."""


class DateInMilliseconds(DateMalformed):
    """A date is so large that it can only be milliseconds."""


class Expired(ClaimRefused):
    """`exp` has passed."""


class NotYetValid(ClaimRefused):
    """`nbf` has not come."""


class IssuedInFuture(ClaimRefused):
    """`iat` has not come."""

    default_remedy = "Set both clocks, or allow some seconds of leeway."


class TimeRefused(ClaimRefused):
    """The verifier's own rule for times said no."""


class AudienceRefused(ClaimRefused):
    """The token is meant for another service."""


class IssuerRefused(ClaimRefused):
    """The token was issued by someone else."""


class Revoked(ClaimRefused):
    """The token, or every token of its user, was revoked."""


class KeyRefused(TokenError):
    """A key cannot be used as it was meant to be."""


class KeyMalformed(KeyRefused):
    """The key's members are missing, misspelt or do not fit together (RFC 7517, RFC 7518 §6)."""


class KeyUnsupported(KeyRefused):
    """The key is of a kind or for an algorithm that this library does not use."""

    default_remedy = "Use HS256, RS256, ES256 (P-256) or EdDSA (Ed25519)."


class KeyUseRefused(KeyRefused):
    """The key's `use` or `key_ops` do not allow this."""


class KeyTooShort(KeyRefused):
    """The key has too few bits (HS256: 256, RFC 7518 §3.2; RS256: 2048, §3.3)."""


class KeyTooLong(KeyRefused):
    """The key is so large that checking one signature would take long."""


class KeyFactorable(KeyRefused):
    """The RSA key comes from a generator whose keys can be factored."""

    default_remedy = "Make a new one: Key.generate('RS256')."


class GuessableSecret(KeyRefused):
    """The HMAC secret is long enough, yet a word, a phrase or a pattern."""

    default_remedy = "Take 32 bytes from the system's generator: Key.generate('HS256')."


class KeyConfusion(KeyRefused):
    """A public key, a certificate or a whole JWK was given as an HMAC secret."""

    default_remedy = "A public key is known to everyone. Pin RS256, ES256 or EdDSA for it."


class SecretNotShared(KeyRefused):
    """Who holds an HMAC secret can sign with it, so it is neither shared nor published."""

    default_remedy = "Sign with RS256, ES256 or EdDSA, and share the public key."


class NoSigningKey(KeyRefused):
    """There is no key here that can sign."""


class DuplicateKeyId(KeyRefused):
    """Two keys have the same `kid`."""


class RefreshRefused(TokenError):
    """A refresh token was not exchanged."""

    default_remedy = "Log in again."


class RefreshUnknown(RefreshRefused):
    """No such refresh token was issued here, or it has been forgotten since."""


class RefreshExpired(RefreshRefused):
    """The refresh token's family has reached its end."""


class RefreshReused(RefreshRefused):
    """The refresh token was used before: one of two holders is not the owner (RFC 9700 §4.14)."""


class FamilyRevoked(RefreshRefused):
    """The family of this refresh token was revoked."""


class WrongClient(RefreshRefused):
    """The refresh token was issued to another client."""
