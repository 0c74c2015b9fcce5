"""Item and test statistics, item response theory, standard setting and equating: pure functions on numpy arrays."""
