"""Random values for generated Secrets: the one thing of an app that is not decided from its file."""

import secrets
import string
from base64 import b64encode

_ALPHABET = string.ascii_letters + string.digits
"""Needs no quoting in a URL, a shell or a configuration file."""


def random_value(length: int) -> str:
    """Return so many letters and digits at random, in base64 as a Secret's `data` has them."""
    return b64encode("".join(secrets.choice(_ALPHABET) for _ in range(length)).encode()).decode()
