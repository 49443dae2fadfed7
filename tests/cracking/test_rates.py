import math

import pytest

from labkit.cracking import (
    GPUS,
    PUBLISHED,
    Argon2,
    Bcrypt,
    Digest,
    Jwt,
    Pbkdf2,
    RateUnknown,
    Scrypt,
    rate,
    rent,
)
from labkit.cracking.params import Clear
from labkit.cracking.rates import RENTS, published
from labkit.errors import InvalidInput, LabkitError

# Scaled by hand from the published figures of one RTX 4090 (hashcat 6.2.6; pull request 4284).
BY_HAND = [
    (Bcrypt(5), 184_000, False),
    (Bcrypt(10), 5_750, False),
    (Bcrypt(12), 1_437.5, False),
    (Pbkdf2(1000), 8_866_000, False),
    (Pbkdf2(600_000), 14_776.67, False),
    (Scrypt(16384, 8, 1), 7_126, False),
    (Scrypt(1 << 17, 8, 1), 890.75, True),
    (Argon2(65536, 3, 1), 1_667, False),
    (Argon2(19456, 2, 1), 8_983.6, True),
    (Digest("MD5"), 164.1e9, False),
    (Digest("SHA-1"), 50.64e9, False),
    (Digest("SHA-256"), 21.98e9, False),
    (Jwt(), 4.2e9, True),
]


@pytest.mark.parametrize(("params", "per_second", "estimate"), BY_HAND, ids=str)
def test_a_rate_is_the_published_figure_scaled_to_the_parameters(params, per_second, estimate):
    found = rate(params)
    assert found.per_second == pytest.approx(per_second, rel=1e-4)
    assert found.estimate is estimate
    assert found.source


def test_the_1000_iteration_figure_is_never_quoted_for_600_000_iterations():
    measured = published("PBKDF2-HMAC-SHA-256")
    assert measured.params == Pbkdf2(1000)
    assert rate(Pbkdf2(600_000)).per_second == pytest.approx(measured.per_second / 600)


def test_the_cost_5_figure_is_never_quoted_for_bcrypt_cost_12():
    measured = published("bcrypt")
    assert measured.params == Bcrypt(5)
    assert rate(Bcrypt(12)).per_second == measured.per_second / 128


def test_owasps_five_argon2id_presets_come_out_equal():
    presets = [Argon2(mib * 1024, t) for mib, t in ((46, 1), (19, 2), (12, 3), (9, 4), (7, 5))]
    rates = [rate(preset).per_second for preset in presets]
    assert max(rates) / min(rates) < 1.08  # they are rounded to whole MiB


def test_lanes_do_not_change_what_a_guess_costs_the_attacker():
    assert rate(Argon2(65536, 3, 4)).per_second == rate(Argon2(65536, 3, 1)).per_second


BLANK = [
    ("H100 SXM5", Pbkdf2(1000)),
    ("H100 SXM5", Scrypt(16384)),
    ("A100 PCIe", Scrypt(16384)),
    ("RTX 5090", Argon2(65536, 3)),
    ("H100 SXM5", Argon2(65536, 3)),
    ("A100 PCIe", Argon2(65536, 3)),
    ("H100 SXM5", Jwt()),
    ("H100 SXM5", Digest("SHA-256", hmac=True)),
    ("RTX 4090", Argon2(65536, 3, 1, "argon2i")),
    ("RTX 4090", Pbkdf2(1000, "SHA-512")),
    ("RTX 4090", Digest("SHA-512")),
]


@pytest.mark.parametrize(("gpu", "params"), BLANK, ids=str)
def test_where_nobody_published_a_figure_none_is_invented(gpu, params):
    assert published(params.scheme, gpu) is None
    with pytest.raises(RateUnknown, match="No published rate"):
        rate(params, gpu)


def test_every_derived_figure_is_marked_as_an_estimate():
    marked = {(each.gpu, each.params) for each in PUBLISHED if each.estimate}
    assert marked == {("RTX 4090", Jwt()), ("RTX 5090", Jwt())}
    assert rate(Jwt(), "A100 PCIe").estimate is False
    assert rate(Digest("SHA-256", hmac=True), "A100 PCIe").estimate is True


def test_every_figure_names_its_source_and_its_gpu_has_a_rent():
    for each in PUBLISHED:
        assert "hashcat" in each.source or "gist" in each.source
        assert 0 < rent(each.gpu).low_usd < rent(each.gpu).high_usd
    assert set(RENTS) == set(GPUS)


def test_what_is_readable_takes_no_time():
    assert math.isinf(rate(Clear()).per_second)
    assert rate(Clear()).price_s == 0


@pytest.mark.parametrize("bad", [None, "", "bcrypt", 12, b"x", object(), Bcrypt])
def test_what_is_no_parameter_set_is_refused(bad):
    with pytest.raises(InvalidInput):
        rate(bad)


@pytest.mark.parametrize("bad", [None, "", "RTX 9999", 4090, ["RTX 4090"], "\ud800"])
def test_an_unknown_gpu_is_refused(bad):
    with pytest.raises(InvalidInput, match="RTX 4090"):
        rate(Bcrypt(10), bad)
    with pytest.raises(InvalidInput):
        rent(bad)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Bcrypt(3),
        lambda: Bcrypt(32),
        lambda: Bcrypt(True),
        lambda: Bcrypt("12"),
        lambda: Pbkdf2(0),
        lambda: Pbkdf2(1 << 32),
        lambda: Scrypt(1),
        lambda: Scrypt(16, 0),
        lambda: Argon2(7, 1),
        lambda: Argon2(1 << 32, 1),
        lambda: Argon2(64, 1.5),
    ],
)
def test_costs_outside_a_scheme_are_refused(make):
    with pytest.raises(LabkitError):
        make()


def test_a_rate_reads_as_a_sentence():
    assert str(rate(Bcrypt(12))) == "bcrypt, cost 12: 1 438 guesses a second on one RTX 4090"
