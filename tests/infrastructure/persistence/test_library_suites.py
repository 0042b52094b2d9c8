"""The library's own tests of recorders, factories and applications, on the log."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from unittest import TestCase
from unittest.mock import patch

import pytest
from eventsourcing.persistence import AggregateRecorder
from eventsourcing.tests import application as application_suite
from eventsourcing.tests import persistence as suite
from eventsourcing.utils import Environment, get_topic

from planalign.infrastructure.persistence import (
    DuckDBAggregateRecorder,
    DuckDBApplicationRecorder,
    DuckDBFactory,
    DuckDBProcessRecorder,
    DuckDBTrackingRecorder,
)

pytestmark = pytest.mark.slow

MODULE = "planalign.infrastructure.persistence"


class LogFile(TestCase):
    """A new log file for each test; closed and removed after it."""

    def new_path(self) -> str:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        return str(Path(directory.name) / "log.duckdb")

    def new_factory(self) -> DuckDBFactory:
        factory = DuckDBFactory({"DUCKDB_LOG_PATH": self.new_path()})
        self.addCleanup(factory.close)
        return factory


class TestAggregateRecorder(LogFile, suite.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.new_factory().aggregate_recorder()


class TestSnapshotRecorder(LogFile, suite.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.new_factory().aggregate_recorder("snapshots")


class TestApplicationRecorder(
    LogFile, suite.ApplicationRecorderTestCase[DuckDBApplicationRecorder]
):
    def create_recorder(self) -> DuckDBApplicationRecorder:
        return self.new_factory().application_recorder()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestTrackingRecorder(LogFile, suite.TrackingRecorderTestCase):
    def create_recorder(self) -> DuckDBTrackingRecorder:
        return self.new_factory().tracking_recorder()


class TestProcessRecorder(LogFile, suite.ProcessRecorderTestCase):
    def create_recorder(self) -> DuckDBProcessRecorder:
        return self.new_factory().process_recorder()


class TestNonInterleavingNotificationIds(LogFile, suite.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> DuckDBApplicationRecorder:
        return self.new_factory().application_recorder()


class TrackingRecorderSubclass(DuckDBTrackingRecorder):
    pass


class TestFactory(LogFile, suite.InfrastructureFactoryTestCase[DuckDBFactory]):
    def setUp(self) -> None:
        self.env = Environment("TestCase")
        self.env["PERSISTENCE_MODULE"] = MODULE
        self.env["DUCKDB_LOG_PATH"] = self.new_path()
        super().setUp()

    def expected_factory_class(self) -> type[DuckDBFactory]:
        return DuckDBFactory

    def expected_aggregate_recorder_class(self) -> type[DuckDBAggregateRecorder]:
        return DuckDBAggregateRecorder

    def expected_application_recorder_class(self) -> type[DuckDBApplicationRecorder]:
        return DuckDBApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[DuckDBTrackingRecorder]:
        return DuckDBTrackingRecorder

    def tracking_recorder_subclass(self) -> type[DuckDBTrackingRecorder]:
        return TrackingRecorderSubclass

    def expected_process_recorder_class(self) -> type[DuckDBProcessRecorder]:
        return DuckDBProcessRecorder


class InEnvironment(LogFile):
    """`os.environ` names the log, as the library's application tests expect."""

    def setUp(self) -> None:
        super().setUp()
        variables = {"PERSISTENCE_MODULE": MODULE, "DUCKDB_LOG_PATH": self.new_path()}
        patched: Any = patch.dict(os.environ, variables)
        patched.start()
        self.addCleanup(patched.stop)


class TestExampleApplication(InEnvironment, application_suite.ExampleApplicationTestCase):
    expected_factory_topic = get_topic(DuckDBFactory)


@pytest.mark.filterwarnings("default::DeprecationWarning")  # one test looks for one
@pytest.mark.slow  # a hundred threads contend for one aggregate
class TestApplication(InEnvironment, application_suite.ApplicationTestCase):
    pass
