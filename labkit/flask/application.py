"""An application told who is asking, and refused where its guards could never work."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, Request

from labkit.access import Policy, Subject
from labkit.access.errors import AccessNotSetUp, MisplacedGuard, UnknownPermission, UnknownRole
from labkit.errors import InvalidInput
from labkit.inputs import text

Identity = Callable[[Request], Subject | None]
Resource = Callable[..., object]

_EXTENSION = "labkit_access"
GUARD = "_labkit_guard"
BARE = "_labkit_bare"


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
class Access:
    """What the guards of one application ask, and the views that were found sound."""

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
    app.extensions[_EXTENSION] = Access(identity, policy, challenge)
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
        if hasattr(view, BARE):
            raise MisplacedGuard(f"The view {endpoint!r} is registered without its guard.")
        for guard in getattr(view, GUARD, ()):
            _check_names(access_of(app), guard, endpoint)
        if access is not None:
            access.checked.add(id(view))


def access_of(app: Flask | None) -> Access:
    """Return what `init_access` told the application.

    Raises:
        AccessNotSetUp: It never did.
    """
    access = None if app is None else app.extensions.get(_EXTENSION)
    if not isinstance(access, Access):
        raise AccessNotSetUp("This application has guarded views and no one to ask.")
    return access


def _check_names(access: Access, guard: Guard, endpoint: str) -> None:
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
