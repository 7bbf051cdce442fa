"""The class in sight as a part of the server of a class."""

from classroom.sight.for_instructor import instructor_routes
from classroom.sight.for_learners import learner_routes
from classroom.sight.service import Service

from fastapi import FastAPI


def mount(app: FastAPI, service: Service) -> None:
    """Add the class in sight to the server of a class."""
    app.include_router(learner_routes(service))
    app.include_router(instructor_routes(service))
    app.state.sight = service
