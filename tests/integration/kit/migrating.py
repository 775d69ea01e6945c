"""A process that migrates: `python -m tests.integration.kit.migrating ADDRESS` tells what it applied."""

import json
import sys

from sparklabs.kit.db import DatabaseAddresses
from sparklabs.kit.db.migrate import migrate
from tests.conftest import SECRET_KEY

if __name__ == "__main__":
    addresses = DatabaseAddresses.derive(sys.argv[1], secret_key=SECRET_KEY)
    sys.stdout.write(json.dumps(migrate(addresses, secret_key=SECRET_KEY)))
