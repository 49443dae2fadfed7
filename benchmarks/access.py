"""Role decisions against pycasbin, how they grow, and what conditions and reasons cost."""

import logging
import tempfile
from importlib.metadata import version
from pathlib import Path

import casbin

from benchmarks.measure import Row, compare
from labkit.access import Policy, PolicyDocument, Role, Rule, Subject

PEER = f"pycasbin {version('pycasbin')}"
RBAC_MODEL = """
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
"""


def rows() -> list[Row]:
    """Return the table's rows."""
    small, large = _Ours(roles=10, users=100), _Ours(roles=1000, users=100_000)
    peer = _casbin(roles=1000, users=1000)
    asked = (peer.enforce("user0", "thing0", "edit"), peer.enforce("user0", "thing0", "erase"))
    if asked != (True, False) or not large.allowed() or large.denied() or not large.conditional():
        raise AssertionError("the two sides do not answer the same question")
    return [
        compare(
            "role decision, allowed, 1 000 roles, user looked up among 100 000",
            large.allowed,
            f"{PEER} enforce, allowed by the first of 1 000 policies",
            lambda: peer.enforce("user0", "thing0", "edit"),
            at_least=100,
            number=200,
        ),
        compare(
            "role decision, denied, 1 000 roles, user looked up among 100 000",
            large.denied,
            f"{PEER} enforce, denied by 1 000 policies",
            lambda: peer.enforce("user0", "thing0", "erase"),
            at_least=100,
            number=20,
        ),
        compare(
            "role decision, allowed, 1 000 roles and 100 000 users",
            large.allowed,
            "ours with 10 roles and 100 users",
            small.allowed,
            at_most=1.5,
        ),
        compare(
            "decision by the condition “owns”, with the resource",
            large.conditional,
            "ours by role alone",
            large.allowed,
        ),
        compare("explain, allowed by role", large.explained, "ours, allows", large.allowed),
    ]


class _Ours:
    def __init__(self, *, roles: int, users: int) -> None:
        self.policy = Policy(
            PolicyDocument(
                roles={f"role{n}": Role([f"thing{n}:edit"]) for n in range(roles)},
                permits=(Rule("own things", ["note:edit"], ["role0"], ["owns"]),),
            )
        )
        self.users = {
            f"user{n}": Subject(f"user{n}", roles={f"role{n % roles}"}) for n in range(users)
        }

    def allowed(self) -> bool:
        return self.policy.allows(self.users["user0"], "thing0:edit")

    def denied(self) -> bool:
        return self.policy.allows(self.users["user0"], "thing1:edit")

    def conditional(self) -> bool:
        return self.policy.allows(self.users["user0"], "note:edit", {"owner": "user0"})

    def explained(self) -> object:
        return self.policy.explain(self.users["user0"], "thing0:edit")


def _casbin(*, roles: int, users: int) -> casbin.Enforcer:
    with tempfile.TemporaryDirectory() as folder:
        model, policy = Path(folder, "model.conf"), Path(folder, "policy.csv")
        model.write_text(RBAC_MODEL)
        lines = [f"p, role{n}, thing{n}, edit" for n in range(roles)]
        lines += [f"g, user{n}, role{n % roles}" for n in range(users)]
        policy.write_text("\n".join(lines))
        enforcer = casbin.Enforcer(str(model), str(policy))
    logging.getLogger("casbin").setLevel(logging.ERROR)
    return enforcer
