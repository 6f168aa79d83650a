"""The tests mirror the tree; scenarios that cross it have a file each."""
