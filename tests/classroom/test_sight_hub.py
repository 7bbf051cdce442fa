"""The class in sight as an instructor opens it: two learners on a real hub, their kernels, the page, the deletion."""

from bootcamp import exercises
from bootcamp.exercises.sharing import hints
from tests.classroom import class_hub, sight_class
from tests.classroom.sight_class import SECOND, wait_until

import pytest

folder, home, quick_server = sight_class.folder, sight_class.home, sight_class.quick_server
fresh_reporter, sight, teacher = sight_class.fresh_reporter, sight_class.sight, sight_class.teacher
NOTEBOOK = "Intro_to_DL/01_Curve_Fitting.ipynb"
IMPORT = "from bootcamp import exercises"


@pytest.mark.skipif(bool(class_hub.missing()), reason=class_hub.missing())
def test_two_learners_on_a_hub_are_in_sight_of_their_instructor(sight, teacher):
    """One test, because the hub takes longer to start than everything else together."""
    with class_hub.running(("anna", "ben")) as classroom:
        anna, ben = classroom.learner("anna"), classroom.learner("ben")
        assert all(learner.log_in().ok for learner in (anna, ben))
        class_hub.at_once([anna.start, ben.start])
        with anna.kernel(NOTEBOOK) as hers, ben.kernel(NOTEBOOK) as his:
            for kernel in (hers, his):
                kernel.run(IMPORT)
            they_agree_and_appear(sight, teacher, hers, his)
            hands_are_answered_in_order(teacher, hers, his)
            a_kernel_that_ends_loses_nothing(sight, teacher, anna, his)
            who_takes_it_back_is_gone(teacher, his)
    receipt = teacher.get("own/delete", {"title": "Class"})
    assert receipt["deleted"]["learners"] == 1
    assert receipt["left"] == []
    assert teacher.cells() == {}


def they_agree_and_appear(sight, teacher, hers, his):
    hers.run(f"exercises.check('{SECOND}', 1)")
    assert "Nothing is sent" in hers.run("print(exercises.share_with_class(agree=False))")
    assert "sees you as: anna" in hers.run("print(exercises.share_with_class(agree=True))")
    assert "belongs to another" in his.run("print(exercises.share_with_class(agree=True, name='anna'))")
    assert "sees you as: Blue Heron" in his.run("print(exercises.share_with_class(agree=True, name='Blue Heron'))")
    hers.run(f"exercises.check('{SECOND}', 1)")
    his.run(f"exercises.check('{SECOND}', None)")
    expected = {"anna": {SECOND: [1, 1]}, "Blue Heron": {SECOND: [1, 1]}}
    assert wait_until(lambda: teacher.cells() == expected), teacher.cells()
    shown = exercises.judge(SECOND, 1).hint
    (summary,) = teacher.snapshot()["exercises"].values()
    texts = [hint["text"] for hint in summary["hints"]]
    assert hints.catalogue("intro")[hints.number("intro", shown)] in texts


def hands_are_answered_in_order(teacher, hers, his):
    assert "place 1 of 1" in hers.run("print(exercises.hand_up('how many biases?'))")
    assert "place 2 of 2" in his.run("print(exercises.hand_up())")
    first = teacher.snapshot()["hands"][0]
    assert (first["name"], first["line"]) == ("anna", "how many biases?")
    teacher.get(f"own/lower/{first['learner']}", {})
    assert "place 1 of 1" in his.run("print(exercises.hand_up())")


def a_kernel_that_ends_loses_nothing(sight, teacher, anna, his):
    """A check while the server is away, in a kernel that is shut down before the server is back."""
    sight.end()
    with anna.kernel("Intro_to_DL/02_Training_and_Generalization.ipynb") as kernel:
        kernel.run(f"{IMPORT}; exercises.check('{SECOND}', 2); import time; time.sleep(1)")
        assert anna.rest("DELETE", f"kernels/{kernel.identity}").ok
    sight.start()
    with anna.kernel("Intro_to_DL/03_Convolution_Primer.ipynb") as kernel:
        kernel.run(f"{IMPORT}; exercises.check('{SECOND}', 3)")
        assert wait_until(lambda: teacher.cells()["anna"] == {SECOND: [1, 3]}), teacher.cells()


def who_takes_it_back_is_gone(teacher, his):
    assert "has deleted what it had of you" in his.run("print(exercises.share_with_class(agree=False))")
    his.run(f"exercises.check('{SECOND}', 1)")
    assert list(teacher.cells()) == ["anna"]
