"""What all tests share: how hypothesis runs."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# a busy machine is no failure: no deadlines, no limit on how slowly examples are made
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
