"""One practice site for each test file, put back before each test, with a hasher that is fast."""

import re
from collections.abc import Callable

import pytest

from labkit.exchange import Request, Response
from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher
from labkit.practice import Defences, Site
from labkit.practice.people import PEOPLE
from labkit.practice.surface import Client

PASSWORDS = {person.name: person.password for person in PEOPLE}
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
HOME = "192.0.2.10"


class FastHasher(PasswordHasher):
    """As secure as nothing, and quick."""

    def __init__(self):
        super().__init__(ONLY_FOR_TESTS)


@pytest.fixture(scope="session")
def fast() -> Defences:
    return Defences().having(FastHasher)


@pytest.fixture(scope="module")
def module_site(fast):
    site = Site(fast)
    yield site
    site.close()


@pytest.fixture
def site(module_site):
    module_site.restore()
    return module_site


@pytest.fixture
def log_in(site) -> Callable[..., Client]:
    """Log a person in through the API."""

    def logged_in(name: str, password: str = "") -> Client:
        client = site.client(name, peer=HOME)
        assert client.log_in(name, password or PASSWORDS[name]).status == 200
        return client

    return logged_in


class Browser:
    """A person's browser, as far as forms and cookies go."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str) -> Response:
        return self.client.send(Request("GET", path, {"Accept": HTML}))

    def post(self, path: str, form_on: str, **fields: str) -> Response:
        """Send a form with the hidden token of the page that it stands on."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(form_on).text)
        assert token, f"{form_on} has no form"
        return self.send(path, csrf_token=token[1], **fields)

    def send(self, path: str, **fields: str) -> Response:
        return self.client.send(Request.form(path, fields, Accept=HTML))


@pytest.fixture
def browse(site) -> Callable[..., Browser]:
    """Open a browser and, for a name, log that person in by the form."""

    def opened(name: str = "", password: str = "") -> Browser:
        browser = Browser(site.client(name or "somebody", peer=HOME))
        if name:
            word = password or PASSWORDS[name]
            answer = browser.post("/log-in", "/log-in", name=name, password=word)
            assert answer.status == 303, answer.text
        return browser

    return opened
