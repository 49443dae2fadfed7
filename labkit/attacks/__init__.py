"""Attacks on the practice site: each sees HTTP and what its story leaked, and nothing else.

Use them on the practice site only; they take a site object and know no other address.
"""
