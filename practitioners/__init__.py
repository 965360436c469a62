"""The directory: practitioners, practices, locations, agendas, visit reasons, memberships."""
