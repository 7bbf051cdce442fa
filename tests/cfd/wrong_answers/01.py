"""Plausible wrong answers to the exercises of 01_Steady_Flow and the hint each must get."""

TIME = """def relaxation_time(reynolds, inflow_velocity, height):
    viscosity = {viscosity}
    return viscosity, {tau}"""
DRAG = """def drag_coefficient(drag, solid, inflow_velocity):
    U = {velocity}
    D = {length}
    return 2 * drag / (U**2 * D)"""
MIRROR = """def mirrored_flow(velocity, solid):
    {body}
    return flipped, {solid}"""
ERROR = """def fluid_error(predicted, true, solid):
    fluid = ~solid[..., None]
    return {result}"""
NORMS = "np.linalg.norm(({0}).reshape(len(true), -1), axis=1) / np.linalg.norm(true.reshape(len(true), -1), axis=1)"
CORRECT = "inflow_velocity * height / reynolds"
COPY = "flipped = velocity[:, ::-1].copy(); flipped[..., 1] *= -1"
ROWS, MEAN = "solid.any(axis=1).sum()", "2 / 3 * inflow_velocity"

WRONG = {
    "cfd.relaxation_time": [
        (TIME.format(viscosity=CORRECT, tau="3 * viscosity"), "the half is missing"),
        (TIME.format(viscosity=CORRECT, tau="viscosity + 0.5"), "for tau"),
        (TIME.format(viscosity="2 / 3 * " + CORRECT, tau="3 * viscosity + 0.5"), "not its mean"),
        (TIME.format(viscosity="reynolds * inflow_velocity * height", tau="3 * viscosity + 0.5"), "in the denominator"),
    ],
    "cfd.drag_coefficient": [
        (DRAG.format(velocity="inflow_velocity", length=ROWS), "2/3 of the maximum"),
        (DRAG.format(velocity=MEAN, length="solid.any(axis=0).sum()"), "count rows, not columns"),
        (DRAG.format(velocity=MEAN, length="solid.sum()"), "D is a length"),
        (DRAG.format(velocity=MEAN, length="len(solid)"), "not of the channel"),
        (DRAG.format(velocity=MEAN, length="np.flatnonzero(solid.any(axis=1)).max()"), "C = 2 F"),
    ],
    "cfd.mirrored_flow": [
        (MIRROR.format(body="flipped = velocity[:, ::-1]", solid="solid[:, ::-1]"), "what rose now falls"),
        (MIRROR.format(body=COPY, solid="solid"), "needs a mirrored flow"),
        (MIRROR.format(body=COPY, solid="solid[:, :, ::-1]"), "Reverse the rows"),
        (MIRROR.format(body=COPY, solid="solid[::-1]"), "order of the samples"),
        (
            MIRROR.format(body="flipped = velocity[:, ::-1]; flipped[..., 1] *= -1", solid="solid[:, ::-1]"),
            "work on a copy",
        ),
    ],
    "cfd.fluid_error": [
        (ERROR.format(result=NORMS.format("predicted - true")), "inside the object"),
        (ERROR.format(result="(" + NORMS.format("fluid * (predicted - true)") + ") ** 2"), "square roots"),
        (ERROR.format(result="np.linalg.norm(fluid * (predicted - true)) / np.linalg.norm(true)"), "stay apart"),
        (
            ERROR.format(
                result="np.sqrt((fluid * (predicted - true) ** 2).mean(axis=(1, 2, 3))"
                " / ((fluid * true**2).sum(axis=(1, 2, 3)) / (2 * fluid.sum(axis=(1, 2, 3)))))"
            ),
            "divides by solid cells too",
        ),
    ],
}
