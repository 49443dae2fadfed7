"""What can be wrong with a policy, a grant or a guarded application."""

from labkit.errors import InvalidInput, LabkitError


class AccessError(LabkitError):
    """The root of everything that access control refuses on purpose."""


class InvalidPolicy(AccessError, InvalidInput):
    """A policy contradicts itself or names what it does not define; `evidence["at"]` says where."""


class UnknownRole(InvalidPolicy):
    """A role is named that the policy does not define."""


class UnknownPermission(InvalidPolicy):
    """A permission is named that the policy does not declare."""


class RoleCycle(InvalidPolicy):
    """A role inherits from itself, directly or through others."""


class InvalidCondition(InvalidPolicy):
    """A condition is neither a known name nor "SIDE.ATTRIBUTE OPERATOR VALUE"."""


class PolicyFileError(AccessError):
    """A policy file cannot be used; the message begins with the file and the line."""


class MissingAttribute(AccessError):
    """A condition asked for an attribute that is absent or None; it denies."""


class ConditionFailed(AccessError):
    """A condition could not be decided with the values that it met; it denies."""


class GrantRefused(AccessError):
    """This subject may not hand out this role."""

    default_remedy = "Ask someone who holds a role listed in its `granted_by`."


class ConflictingDuties(AccessError):
    """One subject would hold roles that static separation of duties keeps apart."""

    default_remedy = "Take the other role away first, or give this one to someone else."


class AccessNotSetUp(AccessError):
    """A guarded view runs in an application that never called `init_access`."""

    default_remedy = "Call labkit.flask.init_access(app, identity=…, policy=…) once, at start."


class MisplacedGuard(AccessError):
    """A view was registered without the guard that was meant for it."""

    default_remedy = "Write @app.route above @require_…: the lowest decorator runs first."
