"""What a reviewer of a change gets: the comment on the pull request, and which stacks the change touches."""
