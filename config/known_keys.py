"""Keys that everybody can read here: the demo and the tests use them, production refuses them."""

DEMO_SECRET_KEY = "demo-key-for-one-machine-never-for-production"  # noqa: S105
TEST_SECRET_KEY = "test-key-of-the-tests-only-and-of-no-other-place"  # noqa: S105
DEMO_HEALTH_DATA_KEYS = "demo:ZGVtby1rZXktb2YtcHJlbmRzb2luLTMyLWJ5dGVzIS4="
TEST_HEALTH_DATA_KEYS = "test:dGVzdC1rZXktb2YtcHJlbmRzb2luLTMyLWJ5dGVzIS4="

SECRET_KEYS = {DEMO_SECRET_KEY, TEST_SECRET_KEY}
HEALTH_KEYS = {words.partition(":")[2] for words in (DEMO_HEALTH_DATA_KEYS, TEST_HEALTH_DATA_KEYS)}
