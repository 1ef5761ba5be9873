"""Everything between us and Stripe. What it says is a hint to look again; what it holds is mirrored, never guessed."""
