"""The exit codes of every command. They are documented in docs/guide/preview.md, and never change their meaning."""

OK = 0
FAILED = 1
"""The program failed, or a check said no."""
BAD_INPUT = 2
"""The command line, a stack file or a place to write to is wrong: nothing was done."""
POLICY_VIOLATION = 3
"""Reserved: a policy is violated."""
PROTECTED_REPLACEMENT = 4
"""Reserved: something protected would be replaced or deleted."""
