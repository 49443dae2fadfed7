"""Guards for Flask views: who is asking comes from the verified session, never from a header.

    app = Flask(__name__)
    init_access(app, identity=subject_of_session, policy=Policy(read_policy("policy.toml")))

    @app.post("/grades")
    @require_permission("grade:create")
    def create_grade(): ...

A guard answers 401 with WWW-Authenticate to whoever is unknown (RFC 9110 §15.5.2) and 403 to
whoever is known and may not (§15.5.4). A view that only sometimes may be used, such as "own
grades", names its resource, or asks the policy itself once it has loaded the record.
"""

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, Request, Response, current_app, request

from labkit.access import Decision, Policy, Subject
from labkit.access.errors import AccessNotSetUp, MisplacedGuard, UnknownPermission, UnknownRole
from labkit.access.model import names
from labkit.encoding import printable
from labkit.errors import InvalidInput, LabkitError
from labkit.inputs import text

View = TypeVar("View", bound=Callable[..., Any])
Identity = Callable[[Request], Subject | None]
Resource = Callable[..., object]

_EXTENSION = "labkit_access"
_GUARD = "_labkit_guard"
_BARE = "_labkit_bare"


@dataclass(frozen=True)
class Guard:
    """What stands before one view.

    Args:
        roles: Any one of these lets in, inherited ones too; empty for a permission's guard.
        permission: What the policy must allow; empty for a role's guard.
        resource: Called with the view's arguments, returns what the permission is asked for.
    """

    roles: frozenset[str] = frozenset()
    permission: str = ""
    resource: Resource | None = None


@dataclass
class _Access:
    identity: Identity
    policy: Policy
    challenge: str
    checked: set[int] = field(default_factory=set)


def init_access(
    app: Flask, *, identity: Identity, policy: Policy, challenge: str = 'Session realm="labkit"'
) -> None:
    """Tell the guards of an application who is asking and what they may do.

    Args:
        app: The application.
        identity: Called with the request; returns the subject that the session or token proves,
            with the roles that are theirs now, or None. It verifies; a header that the client can
            write proves nothing. A `LabkitError` that it raises counts as unknown, any other
            error stays an error.
        policy: What decides.
        challenge: The value of WWW-Authenticate, such as 'Bearer realm="api"' for tokens.

    Raises:
        InvalidInput: An argument of the wrong type.
        UnknownRole: A view that is registered already asks for a role that the policy lacks.
        UnknownPermission: The same for a permission.
        MisplacedGuard: A view was registered without the guard that was written for it.
    """
    if not isinstance(app, Flask) or not callable(identity) or not isinstance(policy, Policy):
        raise InvalidInput(
            "init_access needs a Flask application, a function and a Policy.",
            remedy="Call init_access(app, identity=…, policy=…).",
        )
    if not text(challenge, "challenge", at_least=1, at_most=500).isprintable():
        raise InvalidInput("The challenge holds a character that no header may carry.")
    app.extensions[_EXTENSION] = _Access(identity, policy, challenge)
    check_access(app)
    # views that are registered later are checked before the first request, whichever it is for
    app.before_request(lambda: check_access(app))


def check_access(app: Flask) -> None:
    """Refuse an application whose guards can never work; costs next to nothing when repeated.

    Raises:
        AccessNotSetUp: It has guarded views and no `init_access`.
        UnknownRole: A guard asks for a role that the policy lacks.
        UnknownPermission: The same for a permission.
        MisplacedGuard: A view was registered without the guard that was written for it.
    """
    access = app.extensions.get(_EXTENSION)
    for endpoint, view in app.view_functions.items():
        if access is not None and id(view) in access.checked:
            continue
        if hasattr(view, _BARE):
            raise MisplacedGuard(f"The view {endpoint!r} is registered without its guard.")
        for guard in getattr(view, _GUARD, ()):
            _check_names(_access_of(app), guard, endpoint)
        if access is not None:
            access.checked.add(id(view))


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
    access = _access_of(current_app)
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

        setattr(guarded, _GUARD, (guard, *getattr(view, _GUARD, ())))
        guarded.__dict__.pop(_BARE, None)
        with contextlib.suppress(AttributeError):  # a bound method takes no mark
            setattr(view, _BARE, True)
        return cast("View", guarded)

    return decorate


def _refusal(guard: Guard, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Response | None:
    access = _access_of(current_app)
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


def _access_of(app: Flask | None) -> _Access:
    access = None if app is None else app.extensions.get(_EXTENSION)
    if not isinstance(access, _Access):
        raise AccessNotSetUp("This application has guarded views and no one to ask.")
    return access


def _check_names(access: _Access, guard: Guard, endpoint: str) -> None:
    for role in sorted(guard.roles - access.policy.roles):
        raise UnknownRole(
            f"The view {endpoint!r} asks for the role {role!r}, which the policy lacks.",
            remedy=f"It defines {', '.join(sorted(access.policy.roles)[:20])}.",
            value=role,
        )
    if guard.permission and guard.permission not in access.policy.permissions:
        raise UnknownPermission(
            f"The view {endpoint!r} asks for {guard.permission!r}, which the policy never names.",
            remedy=f"It names {', '.join(sorted(access.policy.permissions)[:20])}.",
            value=guard.permission,
        )


def _named(values: tuple[object, ...], what: str) -> tuple[str, ...]:
    if values and callable(values[0]):
        raise InvalidInput(
            f"A {what} is missing: the decorator was written without brackets.",
            remedy=f'Write @require_{what}("…").',
        )
    return names(values, what)
