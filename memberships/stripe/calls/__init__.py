"""What is asked of Stripe, a function a call; all go through :mod:`memberships.stripe.client`."""
