"""Models of the portal: the information pages and their versions."""

from portal.models.health_page import HealthPage, HealthVersion

__all__ = ["HealthPage", "HealthVersion"]
