"""The rules, one module for each, or for a few that look at the same things."""
