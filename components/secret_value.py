"""Values of `slipway:secrets`: those that were decrypted for this run, and those that stay encrypted in it."""

from pydantic import SecretStr

CIPHERTEXT = "ciphertext:"
"""What an encrypted value stands for where nothing is decrypted (the offline preview): this, and the ciphertext."""


def decrypted(secret: SecretStr) -> str | None:
    """Return the value of a secret for a check to judge; None where it is encrypted still, and not known."""
    value = secret.get_secret_value()
    return None if value.startswith(CIPHERTEXT) else value
