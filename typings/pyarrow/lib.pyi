from typing import Any

from pyarrow import RecordBatchReader as RecordBatchReader
from pyarrow import Table as Table

def __getattr__(name: str) -> Any: ...
