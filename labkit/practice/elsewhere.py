"""What leaked from another site: invented members of a forum, one of whom has an account here."""

from collections.abc import Mapping
from itertools import cycle

_MEMBERS = """
    abel ada agnes albin alma anouk anselm arlo astrid basil bela benno bianca birgit bruno casper
    celia clara conrad cyril dagmar delia dora edgar edith elio elke emil enid ernst esra ezra
    fabian felix fiona flora georg greta gustav hanna hedda hugo ida igor ines irene jakob jasna
    jonas judith kaspar kira klara lars lena
"""
_PASSWORDS = """
    password 12345678 baseball football superman trustno1 iloveyou starwars
"""
_LAST = {"erin": "butterfly", "mara": "password", "nils": "starwars"}

# More names than one address may try at the site before it has to wait, then hers.
FORUM: Mapping[str, str] = {
    **dict(zip(_MEMBERS.split(), cycle(_PASSWORDS.split()), strict=False)),
    **_LAST,
}
