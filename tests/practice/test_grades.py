"""Grades, messages and people: who sees what, who changes what, and where the classes end."""

import pytest

from labkit.practice.people import GRADES, PEOPLE

CLASS_OF = {person.name: person.class_id for person in PEOPLE}
NUMBERED = dict(enumerate(GRADES, 1))


def listed(client):
    return {grade["id"] for grade in client.get("/api/grades").json()["grades"]}


def of(test):
    return {number for number, grade in NUMBERED.items() if test(grade[0])}


def test_a_student_sees_own_grades(log_in):
    for name in ("alice", "bob", "mallory", "erin", "frank"):
        assert listed(log_in(name)) == of(lambda student, name=name: student == name)


def test_a_teacher_sees_the_own_class(log_in):
    assert listed(log_in("carol")) == of(lambda student: CLASS_OF[student] == "7A")
    assert listed(log_in("dave")) == of(lambda student: CLASS_OF[student] == "7B")


def test_the_office_sees_all(log_in):
    assert listed(log_in("grace")) == set(NUMBERED)


def test_what_is_not_listed_is_not_found_by_its_number(log_in):
    for name in CLASS_OF:
        client = log_in(name)
        seen = listed(client)
        for number in NUMBERED:
            assert client.get(f"/api/grades/{number}").status == (200 if number in seen else 404)


def test_a_hidden_grade_answers_like_one_that_does_not_exist(log_in):
    mallory = log_in("mallory")
    hidden, absent = mallory.get("/api/grades/2"), mallory.get("/api/grades/999")
    assert (hidden.status, hidden.json()) == (absent.status, absent.json())


@pytest.mark.parametrize(
    "path", ["/api/grades?class=7B", "/api/grades?tenant=7B", "/api/grades?class_id=7B"]
)
def test_the_class_is_not_taken_from_the_request(log_in, path):
    carol = log_in("carol")
    seen = {grade["class_id"] for grade in carol.get(path).json()["grades"]}
    assert seen == {"7A"}
    assert carol.get("/api/grades/6?class=7B", **{"X-Class": "7B"}).status == 404


def test_a_role_is_not_taken_from_the_request(log_in):
    mallory = log_in("mallory")
    for header in ("X-User-Role", "X-Role", "X-Forwarded-User"):
        assert mallory.get("/api/users", **{header: "admin"}).status == 403
        assert mallory.get("/api/grades/2?role=admin", **{header: "teacher"}).status == 404


def test_the_note_is_for_teachers(log_in):
    assert "note" in log_in("carol").get("/api/grades/1").json()
    assert "note" not in log_in("alice").get("/api/grades/1").json()
    assert "note" not in log_in("grace").get("/api/grades/1").json()


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_teacher_enters_points_in_the_own_class(log_in, method):
    carol = log_in("carol")
    assert carol.change(method, "/api/grades/2", {"points": 58}).status == 200
    grade = carol.get("/api/grades/2").json()
    assert (grade["points"], grade["entered_by"], grade["approved_by"]) == (58, "carol", None)


def test_a_teacher_does_not_enter_points_in_another_class(log_in):
    assert log_in("carol").change("PUT", "/api/grades/6", {"points": 58}).status == 404
    assert log_in("dave").get("/api/grades/6").json()["points"] == 79


def test_a_student_enters_no_points_not_even_own_ones(log_in):
    alice = log_in("alice")
    for number in (1, 2, 999):
        assert alice.change("PUT", f"/api/grades/{number}", {"points": 100}).status == 403
    assert alice.get("/api/grades/1").json()["points"] == 91


@pytest.mark.parametrize(
    "points",
    [-1, 101, 5.5, "x", "", None, True, [5], {"a": 5}, "٣", "1e1", "+5", " 5", 10**30, "0100"],
)
def test_points_are_whole_numbers_from_0_to_100(site, log_in, points):
    assert log_in("carol").change("PUT", "/api/grades/2", {"points": points}).status == 400
    assert site.crashes == []


@pytest.mark.parametrize("points", [0, 100, "58"])
def test_both_ends_count(log_in, points):
    assert log_in("carol").change("PUT", "/api/grades/2", {"points": points}).status == 200


def test_the_office_approves_and_another_entry_takes_it_back(log_in):
    grace, carol = log_in("grace"), log_in("carol")
    assert grace.post("/api/grades/3/approve").status == 200
    assert carol.get("/api/grades/3").json()["approved_by"] == "grace"
    carol.change("PUT", "/api/grades/3", {"points": 10})
    assert carol.get("/api/grades/3").json()["approved_by"] is None


def test_who_entered_a_grade_does_not_approve_it(log_in):
    carol = log_in("carol")
    assert carol.post("/api/grades/3/approve").status == 403
    assert carol.get("/api/grades/3").json()["approved_by"] is None


def test_a_teacher_approves_what_another_entered_in_the_own_class_alone(site, log_in):
    book = site.application.extensions["labkit"].gradebook
    book.change_grade(3, 50, "grace")
    book.change_grade(7, 50, "grace")
    carol = log_in("carol")
    assert carol.post("/api/grades/3/approve").status == 200
    assert carol.post("/api/grades/7/approve").status == 404


def test_what_changed_between_looking_and_approving_is_not_approved(site):
    book = site.application.extensions["labkit"].gradebook
    seen = book.grade(3)
    book.change_grade(3, 99, "carol")
    assert not book.approve_grade(seen, "grace")
    assert book.grade(3)["approved_by"] is None


def test_a_grade_that_changes_under_the_approval_is_a_409(site, log_in, monkeypatch):
    book = site.application.extensions["labkit"].gradebook
    monkeypatch.setattr(type(book), "approve_grade", lambda self, seen, by: False)
    assert log_in("grace").post("/api/grades/3/approve").status == 409


def test_a_person_enters_and_approves_by_forms(browse):
    carol, grace = browse("carol"), browse("grace")
    assert carol.post("/grades/2", "/grades/2", points="58").header("Location") == "/grades/2"
    assert '<dd class="big">58</dd>' in carol.get("/grades/2").text
    assert "/grades/2/approve" not in carol.get("/grades/2").text
    assert grace.post("/grades/2/approve", "/grades/2").header("Location") == "/grades/2"
    assert "<dd>grace</dd>" in grace.get("/grades/2").text


def test_a_page_offers_only_what_its_reader_may_do(browse):
    alice = browse("alice").get("/grades/1").text
    assert 'name="points"' not in alice
    assert "/approve" not in alice
    assert "Could help others" not in alice


def test_the_menu_shows_what_the_role_opens(browse):
    assert "People" not in browse("alice").get("/").text
    assert "Messages" in browse("alice").get("/").text
    grace = browse("grace").get("/").text
    assert "People" in grace
    assert "Messages" not in grace


def test_a_message_stays_in_the_class(log_in):
    log_in("bob").post("/api/messages", {"text": "for 7A"})
    seen = {n: log_in(n).get("/api/messages").text for n in ("alice", "carol", "erin", "dave")}
    assert "for 7A" in seen["alice"]
    assert "for 7A" in seen["carol"]
    assert "for 7A" not in seen["erin"]
    assert "for 7A" not in seen["dave"]


def test_the_author_and_the_class_are_not_taken_from_the_body(log_in):
    mallory = log_in("mallory")
    mallory.post("/api/messages", {"text": "hm", "author": "carol", "class_id": "7B"})
    assert mallory.get("/api/messages").json()["messages"][-1] | {"id": 0} == {
        "id": 0,
        "author": "mallory",
        "class_id": "7A",
        "text": "hm",
    }


@pytest.mark.parametrize("text", ["", None, 5, ["x"], "x" * 2001, "\ud800"])
def test_a_message_that_is_none_is_refused(site, log_in, text):
    alice = log_in("alice")
    assert alice.post("/api/messages", {"text": text}).status == 400
    assert len(alice.get("/api/messages").json()["messages"]) == 2
    assert site.crashes == []


def test_a_person_posts_by_the_form(browse):
    bob = browse("bob")
    assert bob.post("/messages", "/messages", text="one\ntwo").header("Location") == "/messages"
    assert "one\ntwo" in bob.get("/messages").text


def test_the_office_sees_the_people_without_addresses_and_hashes(log_in):
    users = log_in("grace").get("/api/users").json()["users"]
    assert [user["name"] for user in users] == sorted(CLASS_OF)
    assert all("password_hash" not in user for user in users)
    assert [user["name"] for user in users if "email" in user] == ["grace"]


PROOF = {"password": "vocal tundra mosaic elbow"}


def test_the_office_hands_out_a_role_with_its_password(log_in):
    grace = log_in("grace")
    assert grace.post("/api/users/bob/role", {"role": "teacher"}).status == 403
    assert grace.post("/api/users/bob/role", {"role": "teacher"} | PROOF).status == 200
    assert grace.get("/api/users/bob").json()["role"] == "teacher"


@pytest.mark.parametrize(
    "role", ["admin", "member", "emperor", "", "\ud800", "x" * 65, None, 5, ["student"]]
)
def test_a_role_that_nobody_hands_out_is_refused(site, log_in, role):
    grace = log_in("grace")
    assert grace.post("/api/users/bob/role", {"role": role} | PROOF).status in (400, 403)
    assert grace.get("/api/users/bob").json()["role"] == "student"
    assert site.crashes == []


def test_nobody_is_nobodys_role(log_in):
    grace = log_in("grace")
    assert grace.post("/api/users/nobody/role", {"role": "student"} | PROOF).status == 404
    assert grace.get("/api/users/nobody").status == 404


def test_a_new_role_acts_at_once_in_a_running_session(log_in):
    grace, carol = log_in("grace"), log_in("carol")
    assert carol.get("/api/grades/2").status == 200
    grace.post("/api/users/carol/role", {"role": "student"} | PROOF)
    assert carol.get("/api/grades/2").status == 404
    assert carol.change("PUT", "/api/grades/2", {"points": 1}).status == 403


def test_a_person_sets_a_role_by_the_form(browse):
    grace = browse("grace")
    answer = grace.post("/users/bob/role", "/users/bob", role="teacher", **PROOF)
    assert answer.header("Location") == "/users/bob?done=role"
    page = grace.get("/users/bob?done=role").text
    assert "The role is set." in page
    assert "<option selected>teacher</option>" in page
    assert "admin</option>" not in page
