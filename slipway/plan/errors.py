"""What can be wrong with the other side of a plan."""


class AgainstError(Exception):
    """There is nothing to compare with, by what the user asked for: bad input, exit code 2. Its text is complete."""


class UnknownRefError(AgainstError):
    """What was asked for is neither a branch, a tag nor a commit of this clone."""


class BaselineError(AgainstError):
    """The baseline file cannot be compared with."""


class RefFailedError(Exception):
    """The program, its files or its environment fail at the other commit: exit code 1. Its text is complete."""
