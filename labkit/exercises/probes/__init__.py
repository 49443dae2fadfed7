"""Small targets, one for each exercise whose story is smaller than the practice site.

Each module has a target made of the student's functions, an honest user's day on it, and the
probes: attacks in the catalogue's form that are kept out of the catalogue.
"""
