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

from labkit.flask.application import Guard, check_access, init_access
from labkit.flask.guards import current_subject, require_permission, require_role

__all__ = [
    "Guard",
    "check_access",
    "current_subject",
    "init_access",
    "require_permission",
    "require_role",
]
