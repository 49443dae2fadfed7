"""What a popular guide claims, each claim put to a measurement, with the verdict that it earns."""

from labkit.claims.claim import Claim, Verdict

__all__ = ["Claim", "Verdict"]
