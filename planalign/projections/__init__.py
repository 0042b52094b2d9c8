"""The read side: folds of the log into snapshots, histories and yearly figures."""
