"""The invented publication that ``make demo`` opens with: its texts, its pictures and the people who sign in."""
