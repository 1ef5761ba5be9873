"""Mail that comes back by itself: reports that something was not delivered, and complaints."""
