"""Rosters: what a course's file says of its people, and what that changes. Values in, values out."""
