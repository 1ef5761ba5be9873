"""Companies that read together: from the inquiry to the seats."""
