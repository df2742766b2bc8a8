"""The policy pack: rules about what a stack registers, for `pulumi preview --policy-pack policy` and `slipway preview`."""
