"""Moving in: archives of other systems, brought into the article schema without overwriting what was edited here."""
