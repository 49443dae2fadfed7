"""What an attacker does off line with a leaked table, and what it costs.

It reads the public forms of stored strings by itself and imports no defence. Heavy libraries are
imported where they are first used.
"""

from labkit.cracking.budget import Budget
from labkit.cracking.candidates import Candidates, common, joined, listed
from labkit.cracking.cost import (
    TARGETS,
    Cost,
    Costs,
    Guess,
    cost_to_crack,
    costs,
    guesses_needed,
    log_ins_per_second,
    rank,
)
from labkit.cracking.errors import MaskError, RateUnknown, SecretNeeded, TooDear, UnreadableStored
from labkit.cracking.guess import crack
from labkit.cracking.look_up import LookUp
from labkit.cracking.masks import Mask, brute_force
from labkit.cracking.params import Argon2, Bcrypt, Digest, Jwt, Params, Pbkdf2, Scrypt
from labkit.cracking.progress import Progress
from labkit.cracking.rainbow import RainbowTable, build
from labkit.cracking.rates import DEFAULT_GPU, GPUS, PUBLISHED, Published, Rate, Rent, rate, rent
from labkit.cracking.recipe import Recipe
from labkit.cracking.report import Find, Left, Limit, Plan, Report
from labkit.cracking.rules import Rule, apply, capitalised, digits, endings, leet, unchanged, years
from labkit.cracking.showing import shown
from labkit.cracking.stored import read
from labkit.cracking.words import count, dollars, duration

__all__ = [
    "DEFAULT_GPU",
    "GPUS",
    "PUBLISHED",
    "TARGETS",
    "Argon2",
    "Bcrypt",
    "Budget",
    "Candidates",
    "Cost",
    "Costs",
    "Digest",
    "Find",
    "Guess",
    "Jwt",
    "Left",
    "Limit",
    "LookUp",
    "Mask",
    "MaskError",
    "Params",
    "Pbkdf2",
    "Plan",
    "Progress",
    "Published",
    "RainbowTable",
    "Rate",
    "RateUnknown",
    "Recipe",
    "Rent",
    "Report",
    "Rule",
    "Scrypt",
    "SecretNeeded",
    "TooDear",
    "UnreadableStored",
    "apply",
    "brute_force",
    "build",
    "capitalised",
    "common",
    "cost_to_crack",
    "costs",
    "count",
    "crack",
    "digits",
    "dollars",
    "duration",
    "endings",
    "guesses_needed",
    "joined",
    "leet",
    "listed",
    "log_ins_per_second",
    "rank",
    "rate",
    "read",
    "rent",
    "shown",
    "unchanged",
    "years",
]
