"""What the node does, one file per kind of doing: plain synchronous functions over a Snapshot or a Unit."""
