"""Certificates: who issues them, who is trusted, and who is told before one expires."""
