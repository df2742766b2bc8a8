"""What replaces a resource, and what the server refuses to update at all: knowledge kept as data, with its sources.

`forced` and `refused` are the questions; docs/guide/replacement.md tells where the answers come from.
"""

from slipway.plan.replacement.questions import forced, refused

__all__ = ["forced", "refused"]
