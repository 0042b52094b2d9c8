"""What PlanAlign promises as numbers, measured: `python -m tests.benchmarks`."""
