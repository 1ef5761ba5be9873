"""Random lives of members at the local Stripe, with the webhooks lost, doubled and shuffled."""
