"""Room of the lab CFD: obstacles -> lattice -> flows -> models -> evaluation -> figures."""

from bootcamp.cfd.evaluation import relative_error
from bootcamp.cfd.flows import INFLOW_VELOCITY, REYNOLDS, SPLITS, Flows, load_flows, mirrored
from bootcamp.cfd.lattice import (
    DivergedError,
    Flow,
    Limits,
    check_stability,
    equilibrium,
    inflow_profile,
    moments,
    relaxation_times,
    solve_steady_flow,
)
from bootcamp.cfd.obstacles import (
    FAMILIES,
    PARAMETERS,
    UNSEEN_FAMILIES,
    Obstacle,
    airfoil_outline,
    car_outline,
    ellipse,
    random_obstacle,
    random_obstacles,
    rectangle,
    signed_distance,
)

__all__ = [
    "FAMILIES",
    "INFLOW_VELOCITY",
    "PARAMETERS",
    "REYNOLDS",
    "SPLITS",
    "UNSEEN_FAMILIES",
    "DivergedError",
    "Flow",
    "Flows",
    "Limits",
    "Obstacle",
    "airfoil_outline",
    "car_outline",
    "check_stability",
    "ellipse",
    "equilibrium",
    "inflow_profile",
    "load_flows",
    "mirrored",
    "moments",
    "random_obstacle",
    "random_obstacles",
    "rectangle",
    "relative_error",
    "relaxation_times",
    "signed_distance",
    "solve_steady_flow",
]
