"""The English of the site: complete, faithful to the French, and on every page."""
