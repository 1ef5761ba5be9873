"""Live questions and answers, and evenings in a room: who may come, who does, and the calendar entry."""
