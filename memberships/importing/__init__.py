"""Members move in from another system: what its export says, what Stripe says of it, and what is written here."""
