"""Background jobs as people see them: listed, tried again, discarded; running them is kit.jobs' matter."""
