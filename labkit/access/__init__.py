"""Who may do what: roles with a hierarchy, conditions, separation of duties, deny by default."""

from labkit.access.conditions import parse_condition
from labkit.access.model import (
    Cell,
    Condition,
    Decision,
    DynamicSeparation,
    PolicyDocument,
    Role,
    Rule,
    StaticSeparation,
    Subject,
)
from labkit.access.policy_file import parse_policy, read_policy
from labkit.access.rbac import Policy

__all__ = [
    "Cell",
    "Condition",
    "Decision",
    "DynamicSeparation",
    "Policy",
    "PolicyDocument",
    "Role",
    "Rule",
    "StaticSeparation",
    "Subject",
    "parse_condition",
    "parse_policy",
    "read_policy",
]
