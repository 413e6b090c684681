"""These tests need a cluster: `make test-spark` starts one and names it; without one they are not collected."""

import os

collect_ignore_glob = [] if os.environ.get("SPARK_MASTER_OF_TESTS") else ["test_*.py"]
