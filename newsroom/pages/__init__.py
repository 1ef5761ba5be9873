"""Pages that span the apps: fronts, what PRO is, the house texts, errors."""
