"""The exit codes of every command. They are documented in docs/guide/preview.md, and never change their meaning."""

OK = 0
FAILED = 1
"""The program failed, or a check said no."""
BAD_INPUT = 2
"""The command line, a stack file or a place to write to is wrong: nothing was done."""
POLICY_VIOLATION = 3
"""A mandatory policy is violated."""
DESTRUCTIVE = 4
"""State would be lost, or something protected removed, and nobody acknowledged it."""
REFUSED = 5
"""A server or the engine is known to refuse a step, so that the deployment ends there, and nobody acknowledged it."""
