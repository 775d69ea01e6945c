"""One turn of an agent: graph, ledger, streaming and recovery."""
