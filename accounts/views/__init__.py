"""Pages of `/compte/` that django-allauth does not bring."""
