"""Journeys in which years go by. They come last, because the stories and rights of the others age with them."""
