"""Three splits: what stays apart, and what is refused."""

from bootcamp import cyclone

import numpy as np
import pandas as pd
import pytest


def table(seasons: int = 5, storms: int = 6, frames: int = 16) -> pd.DataFrame:
    rows = []
    for season in range(2031, 2031 + seasons):
        for storm in range(storms):
            start = pd.Timestamp(f"{season}-08-01", tz="UTC") + pd.Timedelta(days=9 * storm)
            for i in range(frames):
                time = start + pd.Timedelta(hours=6 * i)
                rows.append((f"{season}-{storm}-{i}.jpg", f"AL{storm + 1:02d}{season}", time, 30.0, (i + storm) % 8))
    return pd.DataFrame(rows, columns=["path", "storm_id", "time", "wind_kt", "label"])


def storms_of(part: pd.DataFrame) -> set[str]:
    return set(part["storm_id"])


SPLITS = {
    "shuffled": cyclone.split_shuffled,
    "by time": cyclone.split_by_time,
    "by storm": cyclone.split_by_storm,
}


@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
def test_every_frame_is_in_one_part_and_the_input_is_unchanged(split):
    frames = table()
    before = frames.copy()
    parts = split(frames, (0.6, 0.2, 0.2))
    assert sorted(pd.concat(parts)["path"]) == sorted(frames["path"])
    assert [round(len(part) / len(frames), 2) for part in parts] == [0.6, 0.2, 0.2]
    assert all(part.index.tolist() == list(range(len(part))) for part in parts)
    pd.testing.assert_frame_equal(frames, before)


def test_shuffled_split_has_the_same_storms_on_all_sides():
    frames = table()
    train, validation, test = cyclone.split_shuffled(frames)
    assert storms_of(validation) <= storms_of(train)
    assert len(storms_of(train) & storms_of(test)) > 20


@pytest.mark.parametrize("split", [cyclone.split_by_time, cyclone.split_by_storm])
def test_no_storm_is_on_two_sides(split):
    train, validation, test = (storms_of(part) for part in split(table(7, 5, 9)))
    assert not train & validation
    assert not train & test
    assert not validation & test


def test_by_time_every_season_is_whole_and_the_future_is_judged():
    train, validation, test = cyclone.split_by_time(table(6), (0.5, 0.3, 0.2))
    assert train["time"].max() < validation["time"].min()
    assert validation["time"].max() < test["time"].min()
    seasons = [sorted(part["storm_id"].str[-4:].unique()) for part in (train, validation, test)]
    assert seasons == [["2031", "2032", "2033"], ["2034", "2035"], ["2036"]]


def test_by_time_unequal_seasons_are_cut_where_the_shares_are_nearest():
    frames = table(6)
    frames = frames[(frames["storm_id"].str[-4:] != "2031") | (frames["storm_id"].str[:4] == "AL01")]
    train, validation, _ = cyclone.split_by_time(frames, (0.7, 0.15, 0.15))
    assert train["storm_id"].str[-4:].max() == "2034"
    assert set(validation["storm_id"].str[-4:]) == {"2035"}


@pytest.mark.parametrize("split", [cyclone.split_shuffled, cyclone.split_by_storm])
def test_draw_depends_on_the_seed_only(split):
    frames = table()
    a, b, c = (split(frames, seed=seed)[1]["path"].tolist() for seed in (1, 1, 2))
    assert a == b
    assert a != c


def test_by_storm_strong_storms_are_in_every_part():
    frames = table(6, 7, 10)
    strong = {f"AL01{season}" for season in range(2031, 2037)}
    frames["label"] = np.where(frames["storm_id"].isin(strong), 7, frames["label"].clip(upper=5))
    for seed in range(5):
        for part in cyclone.split_by_storm(frames, (0.6, 0.2, 0.2), seed):
            assert storms_of(part) & strong


def test_gap_keeps_storms_apart_in_time():
    frames = table(3)
    for split, distance in ((cyclone.split_by_time, 320), (cyclone.split_by_storm, 6)):
        parts = split(frames, (0.4, 0.3, 0.3), gap_days=distance)
        days = [part["time"].astype("datetime64[ns, UTC]").astype("int64").to_numpy() / 86400e9 for part in parts]
        for i, j in ((0, 1), (0, 2), (1, 2)):
            assert np.abs(days[i][:, None] - days[j][None]).min() >= distance
        assert sum(map(len, parts)) < len(frames)


@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
@pytest.mark.parametrize(
    ("fractions", "reason"),
    [
        ((0.7, 0.2, 0.2), "sum to 1.1, not to 1"),
        ((0.5, 0.2, 0.2), "sum to 0.9, not to 1"),
        ((0.5, 0.5), "three positive numbers"),
        ((1.0, 0.0, 0.0), "three positive numbers"),
        ((1.2, -0.1, -0.1), "three positive numbers"),
        ((np.nan, 0.5, 0.5), "three positive numbers"),
    ],
)
def test_wrong_fractions_are_refused(split, fractions, reason):
    with pytest.raises(ValueError, match=reason):
        split(table(), fractions)


def test_class_that_no_training_frame_shows_is_refused():
    frames = table(4)
    frames["label"] = np.where(frames["storm_id"] == "AL012034", 7, 2)
    with pytest.raises(ValueError, match="no training frame shows H5; change the fractions, the seed or the gap"):
        cyclone.split_by_time(frames)
    frames["label"] = np.where(frames["path"] == cyclone.split_shuffled(table(4))[2]["path"][0], 6, 2)
    with pytest.raises(ValueError, match="no training frame shows H4"):
        cyclone.split_shuffled(frames)


def test_by_storm_a_class_of_one_storm_goes_to_training():
    frames = table(4)
    frames["label"] = np.where(frames["storm_id"] == "AL012034", 7, 2)
    for seed in range(20):
        assert "AL012034" in storms_of(cyclone.split_by_storm(frames, seed=seed)[0])


def test_one_storm_only_is_refused():
    frames = table(1, 1)
    with pytest.raises(ValueError, match="a split by storm needs three storms, not 1"):
        cyclone.split_by_storm(frames)
    with pytest.raises(ValueError, match="a split by time needs three seasons, there are 1; use split_by_storm"):
        cyclone.split_by_time(frames)


@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
def test_too_few_frames_are_refused(split):
    with pytest.raises(ValueError, match="at least three frames, there are 2"):
        split(table()[:2])


@pytest.mark.parametrize("gap", [-1, np.nan, np.inf])
def test_impossible_gap_is_refused(gap):
    with pytest.raises(ValueError, match="gap_days is a number of days"):
        cyclone.split_by_time(table(), gap_days=gap)


def test_gap_that_leaves_nothing_is_refused():
    with pytest.raises(ValueError, match=r"a gap of 3000 days leaves no (training|validation) frames"):
        cyclone.split_by_time(table(), gap_days=3000)
