"""An evaluation as a page: one self-contained HTML file with tables and plots, readable on a phone.

Knows how to show an `Evaluation`, not how one is made. The page loads nothing and runs nothing, and
whatever comes from the data (intent names, messages, warnings) is escaped.
"""

from intents.report.page import html_report

__all__ = ["html_report"]
