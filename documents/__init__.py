"""The papers of the station: frozen dataclasses in, signed bytes out. No database and no clock; the only network is
that of the authorities that a caller names, for time-stamps and for revocation.
"""
