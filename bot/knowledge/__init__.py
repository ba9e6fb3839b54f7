"""The knowledge base as something that changes while customers are talking: drafts, releases, and what serves."""
