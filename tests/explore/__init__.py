"""Tests of the explorer: pages asked in this process, and, marked e2e, driven in the system's browser."""
