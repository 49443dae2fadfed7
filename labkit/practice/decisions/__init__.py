"""The site's own decisions, one small class each, named by topic: what mistakes override.

They take and return plain values; the routes above them only carry values in and out.
"""
