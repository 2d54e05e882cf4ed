"""Slips and misreadings, told in words."""
