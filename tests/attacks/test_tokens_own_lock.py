"""The attacks on who chooses the key: what they send, what they say, what they fall for."""

import sqlite3
from pathlib import Path

import pytest

import labkit.attacks.tokens_own_lock as attacks
import labkit.practice
from labkit.catalogue import Outcome
from labkit.forging import FORMS, Forgery, public_text, recover_key
from labkit.mistakes import tokens_own_lock as mistakes
from labkit.mistakes.tokens_keys import SecretFromATutorial, UncheckedKey
from labkit.practice.fetching import NotFetched, fetch
from labkit.practice.server import serve
from labkit.tokens import Key, TokenVerifier
from labkit.tokens.errors import UnknownKey


def sent(where):
    """The bearer tokens that were sent, oldest first."""
    headers = (exchange.request.headers.get("Authorization") for exchange in where.exchanges)
    return [Forgery.of(header.removeprefix("Bearer ")) for header in headers if header]


ADMIN = "Mallory is an admin and sees all 8 people."
BOBS = "Mallory read Bob's 54 as carol."
OWN_ROW = "The database gave out Mallory's word as the secret"
SAID = [
    (
        attacks.sign_with_the_public_key,
        mistakes.OneKeyForEveryAlgorithm,
        f"With the published key (pem) as secret, {ADMIN}",
    ),
    (
        attacks.sign_with_a_recovered_key,
        mistakes.OneHiddenKeyForEveryAlgorithm,
        f"{BOBS} The key she had computed from two tokens.",
    ),
    (
        attacks.bring_a_key_along,
        mistakes.KeyFromTheHeader,
        f"With a key of her own in the header, {ADMIN}",
    ),
    (attacks.bring_a_certificate_along, mistakes.CertificateFromTheHeader, BOBS),
    (
        attacks.say_where_the_key_is,
        mistakes.KeySetFromAnywhere,
        f"{BOBS} The site fetched Mallory's key set from her server.",
    ),
    (
        attacks.say_where_the_certificate_is,
        mistakes.CertificateFromAnywhere,
        f"{BOBS} The site fetched Mallory's certificate from her server.",
    ),
    (
        attacks.name_a_public_file,
        mistakes.KeyNamedByPath,
        f"With the bytes of ../static/gradebook.css as secret, {ADMIN}",
    ),
    (
        attacks.let_the_query_answer,
        mistakes.KeyNamedInSql,
        f"{OWN_ROW}, and she gave herself 100 points as carol.",
    ),
]


def name(value):
    return getattr(value, "id", "")


@pytest.mark.parametrize(("attack", "mistake", "said"), SAID, ids=name)
def test_what_was_gained_is_said_in_so_many_words(site, attack, mistake, said):
    result = attack(site(mistake, *mistake.mistake.beside))
    assert (result.outcome, result.said) == (Outcome.BREACHED, said)


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (attacks.sign_with_the_public_key, "In no form does the public key serve as a secret."),
        (attacks.sign_with_a_recovered_key, "In no form does the recovered key serve as a secret."),
        (attacks.bring_a_key_along, "401: The token is not valid."),
        (attacks.bring_a_certificate_along, "401: The token is not valid."),
        (attacks.say_where_the_key_is, "401: The token is not valid."),
        (attacks.say_where_the_certificate_is, "401: The token is not valid."),
        (attacks.name_a_public_file, "No path leads from the keys to a public file."),
        (attacks.let_the_query_answer, "What Mallory writes into the key's name reaches no query."),
    ],
    ids=name,
)
def test_the_secure_site_holds_and_it_is_said_why(held_by, attack, said):
    assert held_by(attack) == said


def test_each_form_of_the_published_key_is_tried_as_secret(secure, held_by):
    held_by(attacks.sign_with_the_public_key)
    (key,) = secure.client().get("/.well-known/jwks.json").json()["keys"]
    forms = [form for form in FORMS if form != "pkcs1"]  # which only RSA has
    forged = sent(secure)
    assert len(forged) == len(forms)
    for each, form in zip(forged, forms, strict=True):
        assert (each.header["alg"], each.header["kid"]) == ("HS256", key["kid"])
        assert each.token == each.sign_with_secret(public_text(key, form)).token
    assert {each.claims["role"] for each in forged} == {"admin"}


@pytest.mark.parametrize("form", ["pem without newline", "der", "jwk"])
@pytest.mark.parametrize(
    "attack", [attacks.sign_with_the_public_key, attacks.sign_with_a_recovered_key], ids=name
)
def test_the_form_in_which_the_site_keeps_its_key_is_found(site, attack, form):
    bare = attack is attacks.sign_with_a_recovered_key

    class KeptAs(TokenVerifier):
        def key_for(self, header):
            if header["alg"] != "HS256":
                return super().key_for(header)
            jwk = super().key_for({**header, "alg": "ES256"}).jwk()
            names = ("kty", "crv", "x", "y") if bare else sorted(jwk)
            secret = public_text({name: jwk[name] for name in names}, form)
            return UncheckedKey("HS256", secret)

    assert attack(site(KeptAs)).outcome is Outcome.BREACHED


def test_without_a_published_key_there_is_none_to_sign_with(site):
    for part in (mistakes.ShowsNoKeys, SecretFromATutorial):
        where = site(mistakes.OneKeyForEveryAlgorithm, part)
        result = attacks.sign_with_the_public_key(where)
        assert (result.outcome, result.said) == (Outcome.HELD, "The site publishes no key.")
        assert not sent(where)


def test_a_hidden_key_is_recovered_from_two_tokens_and_is_the_right_one(site):
    where = site(mistakes.OneHiddenKeyForEveryAlgorithm, mistakes.ShowsNoKeys)
    attacks.sign_with_a_recovered_key(where)
    tokens = [
        exchange.response.json()["access_token"]
        for exchange in where.exchanges
        if exchange.request.path == "/api/token"
    ]
    assert len(set(tokens)) == 2
    key = where.application.extensions["labkit"].tokens.keys.signing_key().jwk()
    assert recover_key(*tokens)["x"] == key["x"]
    assert where.client().get("/.well-known/jwks.json").json() == {"keys": []}


def test_no_key_comes_out_of_signatures_that_were_made_with_a_secret(site):
    result = attacks.sign_with_a_recovered_key(site(SecretFromATutorial))
    assert result.outcome is Outcome.HELD
    assert result.said.startswith("No key comes out of two signatures. ")
    assert "ES256" in result.said


@pytest.mark.parametrize(
    ("attack", "member"),
    [
        (attacks.bring_a_key_along, "jwk"),
        (attacks.bring_a_certificate_along, "x5c"),
        (attacks.say_where_the_key_is, "jku"),
        (attacks.say_where_the_certificate_is, "x5u"),
    ],
    ids=name,
)
def test_a_token_brings_one_thing_of_its_own_and_is_signed_to_fit(secure, held_by, attack, member):
    held_by(attack)
    (forged,) = sent(secure)
    assert {"jwk", "x5c", "jku", "x5u"} & set(forged.header) == {member}
    assert (forged.header["alg"], len(forged.signature)) == ("ES256", 64)


def test_an_address_in_a_header_is_one_of_this_machine(secure, held_by):
    held_by(attacks.say_where_the_key_is)
    (forged,) = sent(secure)
    assert forged.header["jku"].startswith("http://evil.localhost:")


def test_the_key_server_is_gone_afterwards(secure, held_by):
    held_by(attacks.say_where_the_key_is)
    with pytest.raises(NotFetched):
        fetch(sent(secure)[0].header["jku"])


class FetchesAndRefuses(TokenVerifier):
    """It looks at what is there, and trusts its own keys all the same."""

    def key_for(self, header):
        for member in ("jku", "x5u"):
            if member in header:
                fetch(header[member])
        return super().key_for(header)


@pytest.mark.parametrize(
    "attack", [attacks.say_where_the_key_is, attacks.say_where_the_certificate_is], ids=name
)
def test_a_site_that_goes_where_a_stranger_sends_it_is_breached_though_it_refuses(site, attack):
    result = attack(site(FetchesAndRefuses))
    assert result.outcome is Outcome.BREACHED
    assert "It refused the token" in result.said


class OwnAddressesOnly(mistakes.KeySetFromAnywhere):
    """It fetches, from one list of addresses."""

    def key_for(self, header):
        if "jku" in header and not header["jku"].startswith("https://gradebook.localhost/"):
            raise UnknownKey("Nobody here trusts that address.")
        return super().key_for(header)


def test_a_list_of_addresses_holds(site):
    assert attacks.say_where_the_key_is(site(OwnAddressesOnly)).outcome is Outcome.HELD


def test_the_secret_is_the_style_sheet_that_everybody_can_fetch(secure, held_by):
    held_by(attacks.name_a_public_file)
    sheet = (Path(labkit.practice.__file__).parent / "static/gradebook.css").read_bytes()
    forged = sent(secure)
    assert [each.header["kid"] for each in forged] == [
        "static/gradebook.css",
        "../static/gradebook.css",
        "../../static/gradebook.css",
        "../../../static/gradebook.css",
    ]
    assert all(each.token == each.sign_with_secret(sheet).token for each in forged)


@pytest.mark.parametrize(("folder", "up"), [("", 0), ("keys", 1), ("keys/old/hs256", 3)])
def test_the_folder_of_keys_may_lie_elsewhere(site, monkeypatch, folder, up):
    monkeypatch.setattr(
        mistakes, "KEY_FOLDER", Path(labkit.practice.__file__).parent.joinpath(folder)
    )
    result = attacks.name_a_public_file(site(mistakes.KeyNamedByPath))
    assert result.outcome is Outcome.BREACHED
    assert f"bytes of {'../' * up}static/gradebook.css" in result.said


class FileNameOnly(mistakes.KeyNamedByPath):
    """What a `kid` says before its last slash does not count."""

    def key_for(self, header):
        return super().key_for({**header, "kid": str(header.get("kid")).rpartition("/")[2]})


def test_the_last_part_of_a_path_leads_nowhere(site):
    assert attacks.name_a_public_file(site(FileNameOnly)).outcome is Outcome.HELD


class TwoColumns(TokenVerifier):
    """Another program's table."""

    def key_for(self, header):
        if header["alg"] != "HS256":
            return super().key_for(header)
        table = sqlite3.connect(":memory:")
        table.execute("CREATE TABLE keys (name TEXT, secret TEXT)")
        try:
            query = f"SELECT name, secret FROM keys WHERE name = '{header['kid']}'"
            row = table.execute(query).fetchone() or ("", "nobody's")
        except sqlite3.Error as error:
            raise UnknownKey("The key cannot be looked up.") from error
        finally:
            table.close()
        return UncheckedKey("HS256", row[1].encode())


class AsksWithPlaceholder(TokenVerifier):
    """The repair: the name is a value, and never a part of the query."""

    def key_for(self, header):
        if header["alg"] != "HS256":
            return super().key_for(header)
        table = sqlite3.connect(":memory:")
        table.execute("CREATE TABLE keys (name TEXT, secret TEXT)")
        row = table.execute("SELECT secret FROM keys WHERE name = ?", (header["kid"],)).fetchone()
        table.close()
        if row is None:
            raise UnknownKey("There is no key of that name.")
        return Key.secret(row[0].encode())


def test_another_number_of_columns_is_found_out(site):
    result = attacks.let_the_query_answer(site(TwoColumns))
    assert result.outcome is Outcome.BREACHED


def test_a_placeholder_holds(site):
    assert attacks.let_the_query_answer(site(AsksWithPlaceholder)).outcome is Outcome.HELD


def test_the_name_of_the_key_carries_the_query(secure, held_by):
    held_by(attacks.let_the_query_answer)
    names = [each.header["kid"] for each in sent(secure) if each.header["alg"] == "HS256"]
    assert names == [
        f"nobody' UNION SELECT {row} --" for row in ("'k'", "'k', 'k'", "'k', 'k', 'k'")
    ]


def test_a_site_on_a_port_fetches_over_a_real_socket(site, monkeypatch):
    where = site(mistakes.KeySetFromAnywhere)
    with serve(where) as server:
        monkeypatch.setattr(where, "client", server.client)
        result = attacks.say_where_the_key_is(where)
    assert (result.outcome, result.said) == (Outcome.BREACHED, SAID[4][2])
