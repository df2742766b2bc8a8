"""What a change does to a stack: two recordings matched, compared, and told as the engine would act on them."""
