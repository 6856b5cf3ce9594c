"""What a citizen's words say: dates, places, money, things, people and answers. Pure functions; the clock is passed in."""
