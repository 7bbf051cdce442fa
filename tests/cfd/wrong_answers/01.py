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
        (TIME.format(viscosity=CORRECT, tau="3 * (viscosity + 0.5)"), "first times 3"),
        (TIME.format(viscosity=CORRECT, tau="3 * viscosity - 0.5"), "is added, not subtracted"),
        (TIME.format(viscosity="inflow_velocity / reynolds", tau="3 * viscosity + 0.5"), "height is missing"),
        ("def relaxation_time(reynolds, inflow_velocity, height):\n    return 0.064", "and the relaxation time"),
        (TIME.format(viscosity=CORRECT, tau="3 * viscosity + 0.5").replace("viscosity, 3", "3"), "and the relaxation"),
        (
            "def relaxation_time(reynolds, inflow_velocity, height):\n"
            "    viscosity = inflow_velocity * height / reynolds\n"
            "    return 3 * viscosity + 0.5, viscosity",
            "viscosity comes first",
        ),
        ("relaxation_time = None", "function itself"),
    ],
    "cfd.drag_coefficient": [
        (DRAG.format(velocity="inflow_velocity", length=ROWS), "2/3 of the maximum"),
        (DRAG.format(velocity=MEAN, length="solid.any(axis=0).sum()"), "count rows, not columns"),
        (DRAG.format(velocity=MEAN, length="solid.sum()"), "D is a length"),
        (DRAG.format(velocity=MEAN, length="len(solid)"), "not of the channel"),
        (DRAG.format(velocity=MEAN, length="np.flatnonzero(solid.any(axis=1)).max()"), "C = 2 F"),
        (DRAG.format(velocity="inflow_velocity", length="len(solid)"), "not of the channel; and use the mean"),
        (DRAG.format(velocity=MEAN, length="solid.sum(axis=0).max()"), "tilted object"),
        (DRAG.format(velocity=MEAN, length="solid.sum(axis=1).max()"), "longest row"),
        (DRAG.format(velocity=MEAN, length="np.ptp(np.argwhere(solid)[:, 0])"), "one row more"),
        (DRAG.format(velocity=MEAN, length=ROWS).replace("U**2", "U"), "as its square"),
        (DRAG.format(velocity="(8 / 15) ** 0.5 * inflow_velocity", length=ROWS), "the mean of its square"),
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
        (MIRROR.format(body=COPY.replace("1] *", "0] *"), solid="solid[:, ::-1]"), "keeps its direction"),
        (MIRROR.format(body=COPY.replace("::-1]", "::-1, ::-1]"), solid="solid[:, ::-1]"), "half a turn"),
        (MIRROR.format(body="flipped = -velocity[:, ::-1]", solid="solid[:, ::-1]"), "keeps its direction"),
        (MIRROR.format(body="flipped = velocity * [1, -1]", solid="solid[:, ::-1]"), "reverse both"),
        (MIRROR.format(body="flipped = velocity[..., ::-1]", solid="solid[:, ::-1]"), "last axis holds the components"),
        (MIRROR.format(body=COPY, solid="~solid[:, ::-1]"), "exchanged"),
        (MIRROR.format(body=COPY, solid="solid[:, ::-1].astype(int)"), "expected is bool"),
        ("def mirrored_flow(velocity, solid):\n    return velocity[:, ::-1] * [1, -1]", "as large as they came"),
    ],
    "cfd.fluid_error": [
        (ERROR.format(result=NORMS.format("predicted - true")), "inside the object"),
        (ERROR.format(result="(" + NORMS.format("predicted - true") + ") ** 2"), "of the error; and what is predicted"),
        (ERROR.format(result="(" + NORMS.format("fluid * (predicted - true)") + ") ** 2"), "square roots"),
        (ERROR.format(result="np.linalg.norm(fluid * (predicted - true)) / np.linalg.norm(true)"), "stay apart"),
        (
            ERROR.format(
                result="np.sqrt((fluid * (predicted - true) ** 2).mean(axis=(1, 2, 3))"
                " / ((fluid * true**2).sum(axis=(1, 2, 3)) / (2 * fluid.sum(axis=(1, 2, 3)))))"
            ),
            "divides by solid cells too",
        ),
        (
            ERROR.format(result="np.sqrt((fluid * (predicted - true) ** 2).sum(axis=(1, 2, 3)))"),
            "the size of the error",
        ),
        (ERROR.format(result=NORMS.format("fluid * (predicted - true)").replace("(true.", "(predicted.")), "norm"),
        (
            ERROR.format(
                result="np.abs(fluid * (predicted - true)).sum(axis=(1, 2, 3)) / np.abs(true).sum(axis=(1, 2, 3))"
            ),
            "ratio of norms",
        ),
    ],
}
