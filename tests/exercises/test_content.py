"""Where the exercises' texts are found."""

import pytest

from labkit.exercises import content
from labkit.exercises.content import NoSuchExercise, load, names


def test_an_editable_installation_finds_its_exercises_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "PACKAGED", tmp_path / "no copy")
    here = names()
    monkeypatch.chdir(tmp_path)
    assert names() == here
    assert load("tokens/accept").id == "tokens/accept"


def test_a_wheel_finds_its_copy_and_nothing_beside_it(tmp_path, monkeypatch):
    copy = tmp_path / "texts"
    (copy / "topic").mkdir(parents=True)
    (copy / "topic" / "name.toml").touch()
    monkeypatch.setattr(content, "PACKAGED", copy)
    monkeypatch.chdir(tmp_path)
    assert names() == ["topic/name"]


def test_the_project_around_comes_before_labkits_own(tmp_path, monkeypatch):
    (tmp_path / "exercises" / "topic").mkdir(parents=True)
    (tmp_path / "exercises" / "topic" / "name.toml").touch()
    monkeypatch.chdir(tmp_path / "exercises" / "topic")
    assert names() == ["topic/name"]


def test_an_exercise_that_is_not_there_is_refused_with_the_folder_looked_into(tmp_path):
    with pytest.raises(NoSuchExercise, match="no exercise 'topic/name'") as caught:
        load("topic/name", root=tmp_path)
    assert str(tmp_path) in caught.value.cause
