"""The desk: where journalists write, file and publish."""

from articles.admin import charts, drafts, events, fronts, pictures, records, taxonomy

__all__ = ["charts", "drafts", "events", "fronts", "pictures", "records", "taxonomy"]
