"""How requests come in from outside: the controllers, and what each of them can do."""
