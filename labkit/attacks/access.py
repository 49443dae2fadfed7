"""Attacks on the decision who may do what."""

from labkit.catalogue import Verdict, attack, breached, held
from labkit.practice.surface import Site


@attack("A3", "Read another student's grade", start="Mallory's own account")
def read_other_grade(site: Site) -> Verdict:
    """Mallory asks for a grade that is not hers, by its number."""
    answer = site.as_mallory().get("/api/grades/2")
    if answer.ok and answer.json()["student"] != "mallory":
        grade = answer.json()
        return breached(f"Mallory read {grade['student'].capitalize()}'s {grade['points']}.")
    return held(f"{answer.status}: as far as Mallory can tell, there is no such grade.")
