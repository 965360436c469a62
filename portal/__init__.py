"""Pages that mix apps: home, dashboards, legal pages, help, health checks, demo."""
