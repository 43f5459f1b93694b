"""The desktop window: Qt widgets over the store, with every verb taken from the action registry."""
