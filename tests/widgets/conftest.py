"""A widget without a browser: what it sends is recorded, what is typed is a message."""

from collections.abc import Callable
from typing import Any

import pytest


class Heard(list[dict[str, Any]]):
    """What a widget sent, in order."""

    def last(self, region: str) -> str:
        return next(each["html"] for each in reversed(self) if each.get("show") == region)

    def errors(self) -> list[dict[str, str]]:
        return [each["error"] for each in self if "error" in each]


@pytest.fixture
def listen(monkeypatch) -> Callable[[Any], Heard]:
    """Record what a widget sends to its views."""

    def start(widget: Any) -> Heard:
        heard = Heard()
        monkeypatch.setattr(widget, "send", lambda content, buffers=None: heard.append(content))
        return heard

    return start


@pytest.fixture
def tell() -> Callable[..., None]:
    """Send a widget a message as its view in the browser does."""

    def send(widget: Any, do: object, **content: object) -> None:
        widget._handle_custom_msg({"do": do, **content}, [])

    return send
