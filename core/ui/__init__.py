"""What the template tags of the design system compute: signs, fields, navigation. Knows forms and requests, no model."""
