"""Where django-allauth asks us how we do things."""
