"""One file per schema. What stands in them is history: never change one."""
