"""The HTTP faces of the simulator: Graph v1.0 and the control interface."""
