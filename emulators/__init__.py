"""Stand-ins for services of others, for development and tests: real protocols over real HTTP, and no legal force."""
