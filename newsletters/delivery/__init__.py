"""The only sender of mail. Every message is a row before it is a message, and its row says what became of it."""
