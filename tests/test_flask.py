"""Guards of Flask views: who is unknown, who is known, and what is refused at start."""

import logging

import pytest
from flask import Flask, session
from flask.views import MethodView

from labkit.access import Policy, PolicyDocument, Role, Rule, Subject
from labkit.access.errors import AccessNotSetUp, MisplacedGuard, UnknownPermission, UnknownRole
from labkit.errors import InvalidInput, LabkitError
from labkit.flask import (
    check_access,
    current_subject,
    init_access,
    require_permission,
    require_role,
)

POLICY = Policy(
    PolicyDocument(
        roles={
            "student": Role(["message:post"]),
            "teacher": Role(["grade:list"], inherits=["student"]),
            "admin": Role(["user:edit"]),
        },
        permits=(Rule("own grades", ["grade:read"], ["student"], ["owns"]),),
    )
)
USERS = {"alice": {"student"}, "carol": {"teacher"}, "root": {"admin"}}
GRADES = {1: {"owner": "alice"}, 2: {"owner": "bob"}}


def from_session(request):
    name = session.get("user")
    return Subject(name, USERS[name]) if name else None


def application(identity=from_session, policy=POLICY, **options):
    app = Flask("school")
    app.secret_key = "only for tests"
    app.testing = True
    init_access(app, identity=identity, policy=policy, **options)
    return app


@pytest.fixture
def app():
    app = application()

    @app.get("/staff")
    @require_role("teacher", "admin")
    def staff():
        return {"page": "staff"}

    @app.post("/messages")
    @require_permission("message:post")
    def post():
        return {"page": "posted", "by": current_subject().id}

    @app.get("/grades/<int:grade_id>")
    @require_permission("grade:read", resource=lambda grade_id: GRADES.get(grade_id))
    def grade(grade_id):
        return {"grade": grade_id}

    return app


def client_of(app, user=None):
    client = app.test_client()
    if user:
        with client.session_transaction() as cookie:
            cookie["user"] = user
    return client


@pytest.mark.parametrize(
    ("user", "expected"), [(None, 401), ("alice", 403), ("carol", 200), ("root", 200)]
)
def test_a_role_lets_in_its_holders_and_tells_the_unknown_from_the_known(app, user, expected):
    assert client_of(app, user).get("/staff").status_code == expected


@pytest.mark.parametrize(
    ("user", "expected"), [(None, 401), ("root", 403), ("alice", 200), ("carol", 200)]
)
def test_a_permission_lets_in_whom_the_policy_allows(app, user, expected):
    assert client_of(app, user).post("/messages").status_code == expected


@pytest.mark.parametrize(
    ("user", "number", "expected"), [("alice", 1, 200), ("alice", 2, 403), ("carol", 1, 403)]
)
def test_a_permission_is_asked_for_the_resource_of_the_request(app, user, number, expected):
    assert client_of(app, user).get(f"/grades/{number}").status_code == expected


def test_a_resource_that_does_not_exist_answers_like_one_of_somebody_else(app):
    client = client_of(app, "alice")
    absent, foreign = client.get("/grades/99"), client.get("/grades/2")
    assert (absent.status_code, absent.data) == (foreign.status_code, foreign.data)


def test_401_carries_a_challenge_and_403_does_not(app):
    unknown, known = client_of(app).get("/staff"), client_of(app, "alice").get("/staff")
    assert unknown.headers["WWW-Authenticate"] == 'Session realm="labkit"'
    assert "WWW-Authenticate" not in known.headers
    assert unknown.headers["Cache-Control"] == known.headers["Cache-Control"] == "no-store"


def test_the_challenge_can_be_the_one_for_tokens():
    app = application(challenge='Bearer realm="api"')
    app.get("/")(require_role("admin")(lambda: "in"))
    assert app.test_client().get("/").headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_programs_get_json_and_browsers_a_page(app):
    client = client_of(app)
    assert client.get("/staff").json == {"error": "unauthenticated", "message": "Log in first."}
    assert client.get("/staff", headers={"Accept": "application/json"}).is_json
    page = client.get("/staff", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.mimetype == "text/html"
    assert b"Log in first." in page.data


def test_the_refusal_does_not_describe_the_policy_but_the_log_does(app, caplog):
    with caplog.at_level(logging.WARNING):
        body = client_of(app, "alice").get("/grades/2").get_data(as_text=True)
    assert "own grades" not in body
    assert "grade:read" not in body
    assert '"own grades" lacks owns' in caplog.text


@pytest.mark.parametrize(
    "headers",
    [
        {"X-User-Role": "admin"},
        {"X-Forwarded-User": "root"},
        {"Remote-User": "root"},
        {"X-Role": "teacher", "Role": "teacher"},
    ],
)
def test_no_header_that_a_client_writes_is_believed(app, headers):
    assert client_of(app).get("/staff", headers=headers).status_code == 401
    assert client_of(app, "alice").get("/staff", headers=headers).status_code == 403


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(app, monkeypatch):
    client = client_of(app, "carol")
    assert client.get("/staff").status_code == 200
    monkeypatch.setitem(USERS, "carol", {"student"})
    assert client.get("/staff").status_code == 403


def test_every_method_of_a_guarded_view_is_guarded(app):
    client = client_of(app)
    assert client.head("/staff").status_code == 401
    assert client.options("/staff").status_code == 200, "Flask answers this without the view"


def test_a_session_that_does_not_verify_is_unknown_and_any_other_error_is_an_error():
    def refuses(request):
        raise LabkitError("The token is forged.")

    def crashes(request):
        raise ZeroDivisionError

    for identity, error in ((refuses, None), (crashes, ZeroDivisionError)):
        app = application(identity)
        app.get("/")(require_role("admin")(lambda: "in"))
        if error is None:
            assert app.test_client().get("/").status_code == 401
        else:
            with pytest.raises(error):
                app.test_client().get("/")


def test_an_identity_that_is_no_subject_lets_nobody_in():
    app = application(lambda _request: {"id": "root", "roles": ["admin"]})
    app.get("/")(require_role("admin")(lambda: "in"))
    with pytest.raises(InvalidInput, match="identity function returned dict"):
        app.test_client().get("/")


def test_guards_can_be_stacked_and_class_based_views_guarded():
    app = application()

    class Users(MethodView):
        decorators = (require_role("admin"), require_permission("user:edit"))

        def get(self):
            return "in"

    app.add_url_rule("/users", view_func=Users.as_view("users"))
    assert client_of(app, "root").get("/users").status_code == 200
    assert client_of(app, "carol").get("/users").status_code == 403


# Misuse, found before anybody is let in


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: require_role(),
        lambda: require_role(""),
        lambda: require_role(["admin"]),
        lambda: require_role("admin", None),
        lambda: require_role("admin role"),
        lambda: require_role(lambda: "a view, without brackets"),
        lambda: require_permission(""),
        lambda: require_permission(None),
        lambda: require_permission("grade:*"),
        lambda: require_permission(lambda: "a view, without brackets"),
        lambda: require_permission("grade:read", resource="grade_id"),
        lambda: require_role("admin")("view"),
        lambda: require_role("admin")(MethodView),
        lambda: init_access(None, identity=from_session, policy=POLICY),
        lambda: init_access(Flask("x"), identity=None, policy=POLICY),
        lambda: init_access(Flask("x"), identity=from_session, policy=None),
        lambda: init_access(Flask("x"), identity=from_session, policy=POLICY, challenge="a\nb"),
        lambda: init_access(Flask("x"), identity=from_session, policy=POLICY, challenge=""),
    ],
)
def test_a_guard_that_could_not_work_is_refused_where_it_is_written(misuse):
    with pytest.raises(InvalidInput):
        misuse()


def test_a_guarded_view_in_an_application_without_access_lets_nobody_in():
    app = Flask("forgetful")
    app.testing = True
    app.get("/")(require_role("admin")(lambda: "in"))
    with pytest.raises(AccessNotSetUp):
        check_access(app)
    with pytest.raises(AccessNotSetUp, match="init_access"):
        app.test_client().get("/")


@pytest.mark.parametrize(
    ("guard", "error"),
    [
        (require_role("admn"), UnknownRole),
        (require_permission("user:edti"), UnknownPermission),
    ],
)
def test_a_name_that_the_policy_lacks_stops_the_whole_application(guard, error):
    late = application()
    late.get("/healthy", endpoint="healthy")(lambda: "fine")
    late.get("/")(guard(lambda: "in"))
    with pytest.raises(error):
        late.test_client().get("/healthy")
    early = Flask("early")
    early.get("/")(guard(lambda: "in"))
    with pytest.raises(error):
        init_access(early, identity=from_session, policy=POLICY)


def test_a_guard_above_the_route_guards_nothing_and_is_refused():
    app = application()

    @require_role("admin")
    @app.get("/users")
    def users():
        return "in"

    with pytest.raises(MisplacedGuard, match=r"'users'.*@app.route above"):
        app.test_client().get("/users")


def test_guards_that_stand_above_each_other_are_not_taken_for_misplaced_ones():
    app = application()
    inner = require_permission("user:edit")(lambda: "in")
    app.get("/users")(require_role("admin")(inner))
    check_access(app)
    assert client_of(app, "root").get("/users").status_code == 200
