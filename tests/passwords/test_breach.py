import hashlib
import http.client
import io
import subprocess
import sys
import urllib.error

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import InvalidInput
from labkit.passwords.breach import (
    BundledRanges,
    OnlineRanges,
    parse_range,
    times_seen,
)
from labkit.passwords.lists import ranked_passwords
from labkit.passwords.policy_errors import MalformedRange, NoConsent, RangeUnavailable

A, B = "0" * 34 + "A", "F" * 35
# SHA-1 of "password", as every description of the range format shows it.
PASSWORD = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"


class Answers:
    def __init__(self, text):
        self.text = text
        self.asked = []

    def range_for(self, prefix):
        self.asked.append(prefix)
        return self.text


class TestParsing:
    @pytest.mark.parametrize("end", ["\r\n", "\n"])
    @pytest.mark.parametrize("last", [True, False])
    def test_reads_lines_with_either_ending(self, end, last):
        text = f"{A}:3{end}{B}:10{end if last else ''}"
        assert parse_range(text) == {A: 3, B: 10}

    def test_leaves_out_padding(self):
        assert parse_range(f"{A}:0\r\n{B}:2\r\n") == {B: 2}

    def test_an_empty_answer_is_an_empty_range(self):
        assert parse_range("") == parse_range("\r\n") == {}

    def test_small_letters_are_the_same_digits(self):
        assert parse_range(f"{A.lower()}:3") == {A: 3}

    @pytest.mark.parametrize(
        "line",
        [
            "<html><body>502 Bad Gateway</body></html>",
            A,
            f"{A}:",
            f"{A}:-1",
            f"{A}:1.5",
            f"{A}: 3",
            f" {A}:3",
            f"{A}:3 ",
            f"{A}:٣",
            f"{A[1:]}:3",
            f"0{A}:3",
            f"{A[:-1]}G:3",
            f"{A}:3:4",
            f"{A}:{'9' * 5000}",
            "",
        ],
    )
    def test_a_line_that_is_none_is_named_by_its_number(self, line):
        with pytest.raises(MalformedRange, match="Line 2 ") as caught:
            parse_range(f"{B}:1\r\n{line}\r\n{B}:1")
        assert caught.value.evidence == {"line": 2}
        assert len(str(caught.value)) < 250

    @pytest.mark.parametrize("answer", [None, 5, b"x", "0" * ((1 << 20) + 1)])
    def test_what_is_no_answer_is_refused(self, answer):
        with pytest.raises(MalformedRange):
            parse_range(answer)

    @settings(max_examples=60)
    @given(st.text(st.sampled_from("0AF:\r\n<") | st.characters(), max_size=80))
    def test_any_text_is_read_or_refused(self, text):
        try:
            found = parse_range(text)
        except MalformedRange:
            return
        assert all(len(suffix) == 35 and count > 0 for suffix, count in found.items())

    @settings(max_examples=40)
    @given(
        st.dictionaries(
            st.text("0123456789ABCDEF", min_size=35, max_size=35), st.integers(0, 10**9)
        )
    )
    def test_what_a_service_writes_is_read_back(self, counts):
        text = "\r\n".join(f"{suffix}:{count}" for suffix, count in counts.items())
        assert parse_range(text) == {suffix: count for suffix, count in counts.items() if count}


class TestTimesSeen:
    def test_only_five_digits_leave_and_the_rest_is_compared_here(self):
        source = Answers(f"{A}:1\r\n{PASSWORD[5:]}:42\r\n")
        assert times_seen("password", source) == 42
        assert source.asked == [PASSWORD[:5]]

    def test_another_password_of_the_same_range_is_no_hit(self):
        assert times_seen("password", Answers(f"{A}:1")) == 0

    def test_the_password_is_hashed_as_utf_8(self):
        digest = hashlib.sha1("pässwörd".encode()).hexdigest().upper()
        assert times_seen("pässwörd", Answers(f"{digest[5:]}:1")) == 1

    @pytest.mark.parametrize("password", [None, 5, b"password", "\ud800", "a" * 5000])
    def test_what_is_no_password_is_refused_before_anybody_is_asked(self, password):
        source = Answers("")
        with pytest.raises(InvalidInput):
            times_seen(password, source)
        assert source.asked == []


class TestBundled:
    def test_knows_every_password_of_the_list_and_no_other(self):
        ranges = BundledRanges()
        sample = ranked_passwords()[::97]
        assert all(times_seen(password, ranges) == 1 for password in sample)
        assert times_seen("not on any list, this one", ranges) == 0

    def test_a_range_holds_lines_in_the_services_format(self):
        answer = BundledRanges().range_for(PASSWORD[:5])
        assert f"{PASSWORD[5:]}:1" in answer.split("\r\n")
        assert BundledRanges().range_for(PASSWORD[:5].lower()) == answer

    @pytest.mark.parametrize("prefix", ["", "5BAA", "5BAA61", "5BAAG", "٣٣٣٣٣", None, 5, b"5BAA6"])
    def test_a_prefix_is_five_hex_digits(self, prefix):
        with pytest.raises(InvalidInput):
            BundledRanges().range_for(prefix)


class Opener:
    """Stands in for urllib.request.urlopen and notes what it was handed."""

    def __init__(self, body=b"", error=None):
        self.body = body
        self.error = error
        self.calls = []

    def __call__(self, request, timeout):
        self.calls.append((request, timeout))
        if self.error:
            raise self.error
        return io.BytesIO(self.body)


def agreed(_question):
    return True


class TestOnline:
    def test_sends_five_digits_over_https_asks_for_padding_and_has_a_timeout(self):
        opener = Opener(f"{PASSWORD[5:]}:42\r\n{A}:0\r\n".encode())
        online = OnlineRanges(consent=agreed, opener=opener, timeout_s=3)
        assert times_seen("password", online) == 42
        ((request, timeout),) = opener.calls
        assert request.full_url == "https://api.pwnedpasswords.com/range/5BAA6"
        assert request.get_header("Add-padding") == "true"
        assert request.data is None
        assert timeout == 3

    @pytest.mark.parametrize("answer", [False, None, "yes", 1, "n"])
    def test_sends_nothing_unless_the_answer_is_true(self, answer):
        opener = Opener()
        online = OnlineRanges(consent=lambda _: answer, opener=opener)
        with pytest.raises(NoConsent, match="nothing was sent"):
            online.range_for("5BAA6")
        assert opener.calls == []

    def test_sends_nothing_where_nobody_was_asked(self):
        opener = Opener()
        with pytest.raises(NoConsent):
            OnlineRanges(opener=opener).range_for("5BAA6")
        assert opener.calls == []

    def test_asks_each_time_and_says_what_goes_where(self):
        questions = []

        def consent(question):
            questions.append(question)
            return True

        online = OnlineRanges(consent=consent, opener=Opener())
        online.range_for("5baa6")
        online.range_for("00000")
        assert len(questions) == 2
        assert "5BAA6" in questions[0]
        assert "api.pwnedpasswords.com" in questions[0]

    @pytest.mark.parametrize(
        "error",
        [
            urllib.error.URLError("no route"),
            urllib.error.HTTPError("https://x", 503, "busy", None, None),
            TimeoutError("timed out"),
            ConnectionResetError(),
            http.client.IncompleteRead(b""),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_a_service_that_does_not_answer_is_an_error_with_its_cause(self, error):
        online = OnlineRanges(consent=agreed, opener=Opener(error=error))
        with pytest.raises(RangeUnavailable, match="did not answer") as caught:
            online.range_for("5BAA6")
        assert caught.value.__cause__ is error
        assert "BundledRanges" in caught.value.remedy

    def test_an_answer_that_is_no_text_is_an_error(self):
        with pytest.raises(RangeUnavailable):
            OnlineRanges(consent=agreed, opener=Opener(b"\xff\xfe")).range_for("5BAA6")

    def test_an_endless_answer_is_read_to_a_bound(self):
        online = OnlineRanges(consent=agreed, opener=Opener(b"0" * (3 << 20)))
        with pytest.raises(MalformedRange):
            times_seen("password", online)

    @pytest.mark.parametrize("prefix", ["", "../../x", "5BAA6/..", "5BAA\n", None])
    def test_nothing_but_a_prefix_gets_into_the_address(self, prefix):
        opener = Opener()
        with pytest.raises(InvalidInput):
            OnlineRanges(consent=agreed, opener=opener).range_for(prefix)
        assert opener.calls == []

    @pytest.mark.parametrize("timeout_s", [0, -1, 1000, None, float("nan")])
    def test_there_is_no_waiting_for_ever(self, timeout_s):
        with pytest.raises(InvalidInput):
            OnlineRanges(timeout_s=timeout_s)


def test_importing_and_building_everything_opens_no_connection():
    script = (
        "import socket\n"
        "def refuse(*_): raise SystemExit('a connection was opened')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from labkit.passwords.breach import BundledRanges, OnlineRanges, times_seen\n"
        "from labkit.passwords.policy import PasswordPolicy\n"
        "OnlineRanges(consent=lambda _: True)\n"
        "print(PasswordPolicy().problems('correct horse battery staple'))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("[]\n", 0)
