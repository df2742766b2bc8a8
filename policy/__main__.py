"""Starts the pack, as the engine does for `--policy-pack policy`: `python -m pulumi.policy ENGINE policy`."""

import sys
from pathlib import Path

from pulumi_policy import PolicyPack


def main() -> None:
    """Serve the policies until the engine ends the process."""
    # The engine puts this folder on the path of modules, not the one that the package is in.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from policy.pack import NAME, BadSettingsError, configured_settings, policies, today  # noqa: PLC0415

    try:
        settings = configured_settings(today())
    except BadSettingsError as error:
        sys.exit(str(error))
    PolicyPack(NAME, policies(settings, on=today()))


if __name__ == "__main__":
    main()
