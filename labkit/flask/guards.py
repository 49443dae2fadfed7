"""The guards themselves: decorators that ask the policy before the view runs."""

import contextlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, current_app, request

from labkit.access import Decision, Policy, Subject
from labkit.access.model import names
from labkit.encoding import printable
from labkit.errors import InvalidInput, LabkitError
from labkit.flask.application import BARE, GUARD, Guard, Resource, access_of

View = TypeVar("View", bound=Callable[..., Any])


def require_role(*roles: str) -> Callable[[View], View]:
    """Let in only subjects who hold one of these roles, directly or by inheritance.

    Raises:
        InvalidInput: No role is named, or what stands there is no name (such as the view itself,
            where the brackets were forgotten).
    """
    if not roles:
        raise InvalidInput(
            "require_role() names no role.", remedy='Write @require_role("teacher").'
        )
    return _guarded(Guard(roles=frozenset(_named(roles, "role"))))


def require_permission(
    permission: str, *, resource: Resource | None = None
) -> Callable[[View], View]:
    """Let in only subjects whom the policy allows this.

    Args:
        permission: Such as "grade:edit".
        resource: Called with the view's arguments (`grade_id=7`), returns the record that the
            permission is asked for, or None where there is none: that is answered like a record
            of somebody else, so that the answer does not tell which exist. Without a function the
            policy is asked about the role alone.

    Raises:
        InvalidInput: It is no name, or the resource is no function.
    """
    if resource is not None and not callable(resource):
        raise InvalidInput(
            "The resource must be a function of the view's arguments.",
            remedy="Write resource=lambda grade_id: grades[grade_id].",
        )
    return _guarded(Guard(permission=_named((permission,), "permission")[0], resource=resource))


def current_subject() -> Subject | None:
    """Return whom the verified session of this request belongs to, or None.

    Raises:
        AccessNotSetUp: The application never called `init_access`.
    """
    access = access_of(current_app)
    try:
        subject = access.identity(request)
    except LabkitError:
        return None
    if subject is not None and not isinstance(subject, Subject):
        raise InvalidInput(
            f"The identity function returned {type(subject).__name__}.",
            remedy="It returns a Subject or None.",
        )
    return subject


def _guarded(guard: Guard) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        if not callable(view) or isinstance(view, type):
            raise InvalidInput(f"A guard stands before a view function, not {view!r:.80}.")

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            refusal = _refusal(guard, args, kwargs)
            return refusal or current_app.ensure_sync(view)(*args, **kwargs)

        setattr(guarded, GUARD, (guard, *getattr(view, GUARD, ())))
        guarded.__dict__.pop(BARE, None)
        with contextlib.suppress(AttributeError):  # a bound method takes no mark
            setattr(view, BARE, True)
        return cast("View", guarded)

    return decorate


def _refusal(guard: Guard, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Response | None:
    access = access_of(current_app)
    subject = current_subject()
    if subject is None:
        answer = _answer(401, "unauthenticated", "Log in first.")
        answer.headers["WWW-Authenticate"] = access.challenge
        return answer
    decision = _decision(access.policy, guard, subject, args, kwargs)
    if decision.allowed:
        return None
    current_app.logger.warning("%s %s: %s", request.method, printable(request.path), decision.why)
    return _answer(403, "forbidden", "You are known, and this is not yours to do.")


def _decision(
    policy: Policy, guard: Guard, subject: Subject, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Decision:
    if guard.roles:
        wanted = ", ".join(sorted(guard.roles))
        held = policy.has_role(subject, *guard.roles)
        why = f"{printable(subject.id)} {'holds' if held else 'holds none of'} {wanted}."
        return Decision(held, f"role {wanted}", why)
    resource = None if guard.resource is None else guard.resource(*args, **kwargs)
    if guard.resource is not None and resource is None:
        why = f"Denied: there is no such resource for {guard.permission}."
        return Decision(False, "no resource", why)
    return policy.explain(subject, guard.permission, resource)


def _answer(status: int, error: str, message: str) -> Response:
    if request.accept_mimetypes.best == "text/html":
        body = f"<!doctype html><title>{status}</title><p>{message}</p>"
        answer = Response(body, status, mimetype="text/html")
    else:
        body = json.dumps({"error": error, "message": message})
        answer = Response(body, status, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _named(values: tuple[object, ...], what: str) -> tuple[str, ...]:
    if values and callable(values[0]):
        raise InvalidInput(
            f"A {what} is missing: the decorator was written without brackets.",
            remedy=f'Write @require_{what}("…").',
        )
    return names(values, what)
