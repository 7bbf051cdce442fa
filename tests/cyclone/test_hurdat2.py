"""HURDAT2 from a hostile or careless hand: what is mended, left out, refused, and that nothing takes long or much."""

import re
import tracemalloc
import warnings

from bootcamp import cyclone
from bootcamp.cyclone import formats, hurdat2
from tests.cyclone.test_tracks import HEADER, ROWS, SECOND, write

import numpy as np
import pandas as pd
import pytest

__all__ = ["write"]

# ------------------------------------------------------------------------------------- one odd row in a sound file


@pytest.mark.parametrize(
    ("row", "old", "new"),
    [
        (0, "20.0N,  60.0W", "20.0N   60.0W"),
        (0, "20.0N,  60.0W", "20.0N 60.0W"),
        (0, "20990801, 0000", "20990801 0000"),
        (1, "0445, L", "0445 L"),
        (1, "L, HU", "L HU"),
        (0, "TS, 20.0N", "TS 20.0N"),
        (0, "60.0W,  40", "60.0W  40"),
        (0, " 40, 1003", " 40 1003"),
        (0, "1003,   60,   60", "1003   60   60"),
        (1, "-999, -999", "-999 -999"),
    ],
)
@pytest.mark.parametrize("ending", ["", "   20"], ids=["older edition", "with radius of maximum wind"])
def test_missing_comma_is_read_as_if_it_were_there(write, row, old, new, ending):
    rows = [line + ending for line in ROWS]
    expected = cyclone.read_hurdat2(write(HEADER, *rows))
    assert old in rows[row]
    rows[row] = rows[row].replace(old, new, 1)
    found = cyclone.read_hurdat2(write(HEADER, *rows))
    pd.testing.assert_frame_equal(found, expected)
    assert found.attrs["left_out"] == {}


@pytest.mark.parametrize(("old", "new"), [("21.0N", "38.83"), ("21.0N", "21.0"), (" 61.0W", " 61.0")])
def test_row_without_hemisphere_is_left_out_counted_and_named(write, old, new):
    rows = [ROWS[0], ROWS[1].replace(old, new), ROWS[2]]
    path = write(HEADER, *rows, SECOND, ROWS[0])
    with pytest.warns(cyclone.TrackWarning, match=rf"left out 1 of 4 rows: {path.name}, line 3 \(AL012099\)"):
        tracks = cyclone.read_hurdat2(path)
    assert tracks["lat"].tolist() == [20.0, 21.5, 20.0]
    assert tracks.attrs["left_out"] == {"no hemisphere": 1}
    assert len(tracks.attrs["left_out_rows"]) == 1
    assert new.strip() in tracks.attrs["left_out_rows"][0]


def test_row_with_another_fault_beside_is_not_left_out_but_refused(write):
    row = ROWS[1].replace("21.0N", "38.83").replace(" 65,", " 6x,")
    with pytest.raises(cyclone.TrackError, match="line 3: the wind cannot be '6x'"):
        cyclone.read_hurdat2(write(HEADER, ROWS[0], row, ROWS[2]))


def test_file_in_which_no_row_has_a_hemisphere_is_refused(write):
    with pytest.raises(cyclone.TrackError, match="no row of this file has a position with a hemisphere"):
        cyclone.read_hurdat2(write(SECOND, ROWS[0].replace("20.0N", "20.0")))


def test_storm_lives_into_the_next_year_and_southern_seasons_begin_in_the_year_before(write):
    late = ROWS[0].replace("20990801", "21000106")
    early = ROWS[0].replace("20990801", "20981120")
    tracks = cyclone.read_hurdat2(write(SECOND, late, SECOND.replace("AL", "SH"), early))
    assert tracks["time"].dt.year.tolist() == [2100, 2098]


# ------------------------------------------------------------------------------------------------- other formats

OTHERS = {
    "IBTrACS": "SID,SEASON,NUMBER,BASIN,SUBBASIN,NAME,ISO_TIME,NATURE\n ,Year, , , , , ,\n2005236N23285,2005,83,NA",
    "ATCF": "AL, 12, 2005082318,   , BEST,   0, 231N,  751W,  30, 1008, TD,  34, NEQ,    0,    0,    0,    0,",
    "the old HURDAT": "00005 06/25/1851 M= 4  1 SNBR=   1 NOT NAMED   XING=1 SSS=1\n00010 06/25*280 948  80    0*",
    "the extended best track": "AL0188 ALBERTO    080518 1988 32.0  77.5  20 1015 -99 -99 -99  -99   -9   -9",
    "a web page": "<!DOCTYPE html>\n<html>",
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_format_is_called_by_its_name_with_the_place_of_hurdat2(write, name):
    with pytest.raises(cyclone.TrackError, match=rf"line 1: this is {re.escape(name)}.*{formats.HURDAT2_PAGE}"):
        cyclone.read_hurdat2(write(OTHERS[name]))


@pytest.mark.parametrize(
    ("start", "name"), [(b"\x1f\x8b\x08", "a gzip file"), (b"PK\3\4", "a zip file"), (b"\x89HDF\r", "netCDF or HDF5")]
)
def test_packed_file_is_called_by_its_name(tmp_path, start, name):
    (tmp_path / "hurdat2.txt").write_bytes(start + bytes(100))
    with pytest.raises(cyclone.TrackError, match=name):
        cyclone.read_hurdat2(tmp_path / "hurdat2.txt")


# ------------------------------------------------------------------------------------------------------- budgets

MEGABYTE = 1 << 20
HOSTILE = {
    "header of blanks": "AL012099" + " " * 4000,
    "line of a megabyte": f"{HEADER}\n" + "1" * MEGABYTE,
    "line of commas": f"{HEADER}\n" + "," * MEGABYTE,
    "line of blanks": f"{HEADER}\n1" + " " * MEGABYTE + "x",
    "name of a megabyte": f"AL012099, {'A' * MEGABYTE}, 3,\n{ROWS[0]}",
    "count of many digits": f"AL012099, A, {'9' * 400},\n{ROWS[0]}",
    "number of many digits": f"{SECOND}\n{ROWS[0].replace('1003', '1' * 400)}",
    "many headers": "\n".join([HEADER] * 20_000),
    "many short lines": f"{HEADER}\n" + "1\n" * (MEGABYTE // 2),
    "one blank less each": f"{HEADER}\n" + "\n".join(" " * i + "x," * 20 for i in range(400)),
    "nothing but blank lines": "\n" * (2 * hurdat2.MOST_LINES + 1),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_is_refused_within_the_memory_of_a_few_copies(tmp_path, case):
    path = tmp_path / "hurdat2.txt"
    path.write_text(HOSTILE[case])
    tracemalloc.start()
    try:
        with pytest.raises(cyclone.TrackError, match=r"hurdat2\.txt, line \d+: ") as caught:
            cyclone.read_hurdat2(path)
        assert tracemalloc.get_traced_memory()[1] < 120 * MEGABYTE
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < 400 + len(str(path))


def test_file_that_is_too_large_is_refused_unread(tmp_path):
    with (tmp_path / "hurdat2.txt").open("wb") as file:
        file.truncate(20 << 30)
    with pytest.raises(cyclone.TrackError, match=r"has 20,480\.0 MB; at most 64\.0 MB are read"):
        cyclone.read_hurdat2(tmp_path / "hurdat2.txt")


# --------------------------------------------------------------------------------------------------------- writing


def test_round_trip(write, tmp_path):
    for rows in (ROWS, [row + "   20" for row in ROWS]):
        tracks = cyclone.read_hurdat2(write(HEADER, *rows, SECOND, rows[0]))
        cyclone.write_hurdat2(tracks, tmp_path / "again.txt")
        pd.testing.assert_frame_equal(cyclone.read_hurdat2(tmp_path / "again.txt"), tracks)


def test_writing_needs_all_columns(write, tmp_path):
    tracks = cyclone.read_hurdat2(write(HEADER, *ROWS))
    with pytest.raises(ValueError, match=r"missing: wind_kt$"):
        cyclone.write_hurdat2(tracks.drop(columns="wind_kt"), tmp_path / "again.txt")


@pytest.mark.parametrize(
    "name", ["", "A", "TWENTY-TWO", "O'NEILL", "MÜLLER", "ΑΒΓ", "山竹", "N/A", "NAN", "A" * 40, "⛈"]
)
def test_every_name_that_is_read_is_written(write, tmp_path, name):
    tracks = cyclone.read_hurdat2(write(HEADER.replace("KEPLER", name), *ROWS))
    assert set(tracks["name"]) == {name}
    cyclone.write_hurdat2(tracks, tmp_path / "again.txt")
    pd.testing.assert_frame_equal(cyclone.read_hurdat2(tmp_path / "again.txt"), tracks)


@pytest.mark.parametrize("name", ["A,B", "A\nB", " A", "\x1b[31m", "A" * 41, None])
def test_name_that_could_not_be_read_is_not_written(write, tmp_path, name):
    tracks = cyclone.read_hurdat2(write(HEADER, *ROWS)).assign(name=name)
    with pytest.raises(ValueError, match="AL012099"):
        cyclone.write_hurdat2(tracks, tmp_path / "again.txt")
    assert not (tmp_path / "again.txt").exists()


def test_storm_with_two_names_is_not_written(write, tmp_path):
    tracks = cyclone.read_hurdat2(write(HEADER, *ROWS)).assign(name=["A", "A", "B"])
    with pytest.raises(ValueError, match="AL012099 needs one name, not 'A', 'B'"):
        cyclone.write_hurdat2(tracks, tmp_path / "again.txt")


def test_two_decimals_that_were_read_are_written(write, tmp_path):
    tracks = cyclone.read_hurdat2(write(HEADER, ROWS[0].replace("20.0N", "20.25N"), *ROWS[1:]))
    cyclone.write_hurdat2(tracks, tmp_path / "again.txt")
    assert cyclone.read_hurdat2(tmp_path / "again.txt")["lat"].tolist() == [20.25, 21.0, 21.5]


# -------------------------------------------------------------------------------------------------------- fuzzing

ODD_FIELDS = (
    "", " ", "-999", "-99", "0", "-0", "+5", "1e5", "nan", "inf", "0x10", "\uff11\uff12", "\u0664\u0660", "9" * 30,
    "N", "W", "L", "TS", "91.0N", "38.83", "180.5W", "306.3W", "359.9E", "20.0 N", "20.0NN", "20990231", "2460",
    "00000000", "\0", "\x1b[2J", "\u2028", "'; DROP", "20.0N    60.0W", "A" * 200, "-", ".", "AL012099",
    "\ufeff", "1 2", "\t7\t",
)  # fmt: skip


def mutated(random: np.random.Generator) -> bytes:
    """A small sound file with one to three faults, most of them at the places that the format gives a meaning to."""
    lines = [HEADER, *ROWS, SECOND, ROWS[0]]
    for _ in range(random.integers(1, 4)):
        i = int(random.integers(len(lines)))
        fields = lines[i].split(",")
        k = int(random.integers(len(fields)))
        match int(random.integers(9)):
            case 0 | 1 | 2:
                fields[k] = str(random.choice(ODD_FIELDS))
            case 3:
                del fields[k]
            case 4:
                fields.insert(k, str(random.choice(ODD_FIELDS)))
            case 5 if k:
                fields[k - 1 : k + 1] = [fields[k - 1] + str(random.choice([" ", "  ", ""])) + fields[k]]
            case 6:
                lines.insert(i, lines[int(random.integers(len(lines)))])
            case 7 if len(lines) > 2:
                del lines[i]
                continue
            case 8:
                other = int(random.integers(len(lines)))
                lines[i], lines[other] = lines[other], lines[i]
                continue
        lines[i] = ",".join(fields)
    content = bytearray(str(random.choice(["\n", "\r\n"])).join(lines).encode())
    if random.random() < 0.2:
        content[int(random.integers(len(content)))] = int(random.integers(256))
    return bytes(content)


def assert_sound(tracks: pd.DataFrame) -> None:
    assert len(tracks)
    assert tracks["lat"].abs().max() <= 90
    assert tracks["lon"].abs().max() <= 180
    assert set(tracks["status"]) <= set(hurdat2.STATUSES)
    assert set(tracks["record"]) <= set(hurdat2.RECORDS)
    assert tracks["wind_kt"].dropna().between(0, 200).all()
    assert tracks["pressure_hpa"].dropna().between(850, 1060).all()
    assert (tracks["time"].dt.year - tracks["storm_id"].str[-4:].astype(int)).isin([-1, 0, 1]).all()
    assert all(name.isprintable() for name in tracks["name"])
    assert (tracks.groupby("storm_id")["time"].diff().dropna() > pd.Timedelta(0)).all()


@pytest.mark.parametrize("seed", range(4))
def test_fuzzed_file_is_read_right_or_refused_with_its_line(tmp_path, seed):
    random, path, again = np.random.default_rng(seed), tmp_path / "hurdat2.txt", tmp_path / "again.txt"
    read = 0
    for _ in range(100):
        path.write_bytes(mutated(random))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", cyclone.TrackWarning)
            try:
                tracks = cyclone.read_hurdat2(path)
            except cyclone.TrackError as error:
                assert re.match(rf"{re.escape(str(path))}, line \d+: ", str(error))
                assert str(error).isprintable()
                continue
        read += 1
        assert_sound(tracks)
        cyclone.write_hurdat2(tracks, again)
        pd.testing.assert_frame_equal(cyclone.read_hurdat2(again), tracks)
    assert 0 < read < 80
