"""Model: the records that walk through the rooms, and their Arrow schemas."""
