"""Item and test statistics and agreement metrics: pure functions."""
