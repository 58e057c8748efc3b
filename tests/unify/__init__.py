"""Tests of the room unify."""
