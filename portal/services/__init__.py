"""What the portal itself does: entering the demo."""
