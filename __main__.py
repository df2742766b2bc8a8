"""The Pulumi program: settings in, the platform, its outputs out. `pulumi up` and `slipway preview` both run it."""

from pathlib import Path

import pulumi

from components.foundation.reachability import answering
from components.platform import Platform
from slipway.loading import advice, load_from_engine

settings = load_from_engine(Path(__file__).parent.resolve())
for line in advice(settings):
    pulumi.log.warn(line)
reach = None if pulumi.runtime.is_dry_run() else answering  # a preview asks no API
for name, value in Platform("platform", settings, reach=reach).outputs.items():
    pulumi.export(name, value)
