"""The numbers of the business, from the mirror alone: what came in day by day, and how what recurs moves."""
