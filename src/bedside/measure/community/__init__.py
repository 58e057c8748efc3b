"""Community: who talks with whom, who asks for support and who gives it, how long a plea waits, who stays (F67, F68)."""
