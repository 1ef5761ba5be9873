"""Pictures and charts: taken in, made into sizes, shown and served."""
