"""The policy pack: rules about what a stack registers, under `pulumi preview --policy-pack policy` and offline."""
