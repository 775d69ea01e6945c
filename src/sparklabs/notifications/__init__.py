"""What people must see, and the stream by which a console follows what happens in its workspace."""
