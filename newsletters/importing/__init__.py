"""Lists move in from another system, with the proof that people agreed; who left there is never written to."""
