import sys; sys.path.insert(0,'/work/main')
from tests.test_sync_machine import *
from hypothesis import Phase, seed
Town.TestCase.settings = settings(max_examples=80, stateful_step_count=30, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
TestTown = Town.TestCase
