"""Printed figures on how Hà Nội reorganised its grassroots political system, read, compared and published."""
