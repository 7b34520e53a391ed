"""A document becomes files: read and gated, then written as HTML, JSON, CSV and PDF."""
