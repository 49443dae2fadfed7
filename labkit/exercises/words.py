"""Words of which a variant's people, passwords and phrases are made. None of them is a secret.

The first of each list is what nobody in particular gets.
"""

from labkit.exercises.variants import Variant

# Places 43 to 108 of the common passwords: too far down for who guesses at a good hash at a fixed
# price, and not for who guesses at a cheap one.
EASY = (
    *("sunshine", "soccer", "hockey", "computer", "pepper", "princess", "ginger", "cheese"),
    *("summer", "thunder", "diamond", "silver", "orange", "cookie", "guitar", "peanut"),
)
# Places 146 to 523 of them.
KNOWN = (
    *("penguin", "elephant", "mountain", "rainbow", "turtle", "rocket", "dolphin", "snowball"),
    *("bubbles", "pumpkin", "cherry", "kitten", "flower", "winter", "tennis", "rabbit"),
)
# Places 673 to 1884 of them.
RARER = ("butterfly", "airplane", "sailor", "garden", "biscuit", "spring", "puppy", "panda")
HOW = ("quiet", "amber", "crooked", "distant", "frozen", "hollow", "patient", "scarlet")
WHAT = ("lantern", "anchor", "compass", "feather", "kettle", "meadow", "ribbon", "violin")
NAMES = ("alice", "bruno", "clara", "dunja", "edgar", "flora", "gavin", "helga")
ACCENTED = ("søren", "zoë", "jürgen", "maría", "françois", "łucja", "håkon", "ağa")
_ACUTE = str.maketrans("aeiou", "áéíóú")


def phrase(own: Variant) -> str:
    """Return a long password, in letters beyond ASCII."""
    return f"{own.usual('how', HOW)} {own.usual('what', WHAT)} over the møør"


def twin(name: str) -> str:
    """Return another name, which looks like this one: its first vowel has an accent.

    Examples:
        >>> twin("bruno")
        'brúno'
    """
    place = next((place for place, letter in enumerate(name) if letter in "aeiou"), 0)
    return name[:place] + name[place:].translate(_ACUTE)[:1] + name[place + 1 :]
