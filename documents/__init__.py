"""The papers of the station: frozen dataclasses in, signed bytes out. No database, no clock, no network."""
