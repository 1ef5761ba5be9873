"""The pages of the account, the till, the teams, and the ear for Stripe."""
