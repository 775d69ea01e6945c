"""What tools gave, in plain sentences; nothing here calls one."""
