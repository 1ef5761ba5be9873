from articles.models.access_rules import AccessRule
from articles.models.articles import Article, Byline, Correction, FormerText, Redirect
from articles.models.crawlers import CrawlerPolicy
from articles.models.drafts import Draft, DraftByline, Revision
from articles.models.events import Event, Registration
from articles.models.fronts import FrontSlot
from articles.models.house import HouseText
from articles.models.imports import ImportedPost
from articles.models.media import Chart, Picture
from articles.models.own import Follow, HistoryEntry, SavedArticle
from articles.models.reading_log import NotedReading
from articles.models.recordings import Recording
from articles.models.search import Word
from articles.models.simulations import SimulatedReader, Simulation
from articles.models.taxonomy import Author, Country, Format, Industry, Section, Series, Topic

__all__ = [
    "AccessRule",
    "Article",
    "Author",
    "Byline",
    "Chart",
    "Correction",
    "Country",
    "CrawlerPolicy",
    "Draft",
    "DraftByline",
    "Event",
    "Follow",
    "Format",
    "FormerText",
    "FrontSlot",
    "HistoryEntry",
    "HouseText",
    "ImportedPost",
    "Industry",
    "NotedReading",
    "Picture",
    "Recording",
    "Redirect",
    "Registration",
    "Revision",
    "SavedArticle",
    "Section",
    "Series",
    "SimulatedReader",
    "Simulation",
    "Topic",
    "Word",
]
