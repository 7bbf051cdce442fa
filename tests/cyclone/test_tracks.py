"""HURDAT2: what is read, what is refused and where, and the wind between two fixes."""

import re
import time

from bootcamp import cyclone

import numpy as np
import pandas as pd
import pytest

HEADER = "AL012099,              KEPLER,      3,"
CALM, NONE = ", ".join(["  60"] * 2 + ["   0"] * 10), ", ".join(["-999"] * 12)
ROWS = (
    f"20990801, 0000,  , TS, 20.0N,  60.0W,  40, 1003, {CALM},",
    f"20990801, 0445, L, HU, 21.0N,  61.0W,  65,  987, {NONE},",
    f"20990801, 0600,  , HU, 21.5N,  61.5W, -99, -999, {CALM},",
)
SECOND = "AL022099,                   LORENZ,      1,"


@pytest.fixture
def write(tmp_path):
    def write(*lines: str, ending: str = "\n"):
        path = tmp_path / "tracks.txt"
        path.write_bytes((ending.join(lines) + ending).encode())
        return path

    return write


def test_fields_of_a_small_file(write):
    tracks = cyclone.read_hurdat2(write(HEADER, *ROWS))
    assert list(tracks.columns[:9]) == [
        "storm_id", "name", "time", "record", "status", "lat", "lon", "wind_kt", "pressure_hpa",
    ]  # fmt: skip
    assert set(tracks["storm_id"]) == {"AL012099"}
    assert set(tracks["name"]) == {"KEPLER"}
    assert tracks["record"].tolist() == ["", "L", ""]
    assert tracks["status"].tolist() == ["TS", "HU", "HU"]
    assert tracks["lat"].tolist() == [20.0, 21.0, 21.5]
    assert tracks["lon"].tolist() == [-60.0, -61.0, -61.5]
    assert tracks["time"].tolist()[1] == pd.Timestamp("2099-08-01 04:45", tz="UTC")
    assert tracks["wind_kt"].isna().tolist() == tracks["pressure_hpa"].isna().tolist() == [False, False, True]
    assert tracks["radius_34kt_ne_nm"].isna().tolist() == [False, True, False]
    assert tracks["radius_max_wind_nm"].isna().all()


@pytest.mark.parametrize(
    "lines",
    [
        (HEADER, "", ROWS[0], "   ", *ROWS[1:], ""),
        (HEADER.rstrip(","), *(row.rstrip(",") for row in ROWS)),
        (HEADER, *(row + "  " for row in ROWS)),
        ("\ufeff" + HEADER, *ROWS),
        ("  " + HEADER, *ROWS),
    ],
    ids=["blank lines", "no comma at the end", "spaces at the end", "byte-order mark", "indented"],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_harmless_differences_are_accepted(write, lines, ending):
    expected = cyclone.read_hurdat2(write(HEADER, *ROWS))
    pd.testing.assert_frame_equal(cyclone.read_hurdat2(write(*lines, ending=ending)), expected)


def test_radius_of_maximum_wind_of_later_editions(write):
    tracks = cyclone.read_hurdat2(write(HEADER, ROWS[0] + "   20", ROWS[1] + " -999", ROWS[2] + "   15,"))
    assert tracks["radius_max_wind_nm"].fillna(-1).tolist() == [20, -1, 15]


def test_longitudes_are_degrees_east_from_minus_180_to_180(write):
    rows = [row.replace(" 60.0W", "179.9E").replace(" 61.0W", "180.1W").replace(" 61.5W", "358.0W") for row in ROWS]
    assert cyclone.read_hurdat2(write(HEADER, *rows))["lon"].round(1).tolist() == [179.9, 179.9, 2.0]


def changed(row: int, old: str, new: str) -> list[str]:
    lines = [HEADER, *ROWS]
    assert old in lines[row]
    lines[row] = lines[row].replace(old, new, 1)
    return lines


REFUSED = {
    "truncated file": ([HEADER, *ROWS[:2]], 1, "announces 3 rows, 2 follow; the file ends here, it may be truncated"),
    "truncated line": ([HEADER, *ROWS[:2], ROWS[2][:70]], 4, r"\d+ fields; a row has 20, or 21"),
    "too many rows": ([HEADER, *ROWS, ROWS[2].replace("0600", "1200")], 1, "announces 3 rows, 4 follow"),
    "too few rows": ([HEADER, *ROWS[:2], SECOND, ROWS[0]], 1, "announces 3 rows, 2 follow$"),
    "no rows": ([HEADER.replace("3", "0")], 1, "AL012099 has no rows"),
    "storm twice": ([HEADER, *ROWS, HEADER, *ROWS], 5, "AL012099 stands in this file twice"),
    "letters in the wind": (changed(1, "  40,", "  4O,"), 2, "the wind cannot be '4O'"),
    "letters in the pressure": (changed(2, " 987,", " 98x,"), 3, "the pressure cannot be '98x'"),
    "letters in a radius": (changed(1, "  60,", "  6-,"), 2, "the wind radius cannot be '6-'"),
    "letters in the date": (changed(1, "20990801", "2099O801"), 2, "the date cannot be '2099O801'"),
    "letters in the latitude": (changed(1, "20.0N", "2O.0N"), 2, "the latitude cannot be '2O.0N'"),
    "latitude without number": (changed(1, "20.0N", "    N"), 2, "the latitude cannot be 'N'"),
    "east for north": (changed(1, "20.0N", "20.0E"), 2, "the latitude cannot be '20.0E'"),
    "empty wind": (changed(1, "  40,", "    ,"), 2, "the wind cannot be ''"),
    "other digits": (changed(1, "  40,", "  ٤٠,"), 2, "the wind cannot be '٤٠'"),
    "unknown status": (changed(2, "HU", "XX"), 3, "unknown status 'XX'; known: TD, TS, HU"),
    "long record identifier": (changed(2, " L,", "LL,"), 3, "the record identifier cannot be 'LL'"),
    "31 February": (changed(1, "20990801", "20990231"), 2, "there is no date and time '209902310000'"),
    "month 13": (changed(3, "20990801", "20991301"), 4, "there is no date and time '209913010600'"),
    "hour 25": (changed(3, "0600", "2500"), 4, "there is no date and time '209908012500'"),
    "latitude 91": (changed(1, "20.0N", "91.0N"), 2, "the latitude cannot be '91.0N'"),
    "longitude 361": (changed(1, " 60.0W", "361.0W"), 2, "the longitude cannot be '361.0W'"),
    "wind -5": (changed(1, "  40,", "  -5,"), 2, "wind_kt cannot be -5"),
    "wind 300": (changed(1, "  40,", " 300,"), 2, "wind_kt cannot be 300"),
    "wind 201": (changed(1, "  40,", " 201,"), 2, "wind_kt cannot be 201; it lies from 0 to 200"),
    "pressure 45": (changed(2, " 987,", "  45,"), 3, "pressure_hpa cannot be 45; it lies from 850 to 1060"),
    "pressure 0": (changed(2, " 987,", "   0,"), 3, "pressure_hpa cannot be 0"),
    "radius 1501": (changed(1, "  60,", "1501,"), 2, "radius_34kt_ne_nm cannot be 1501"),
    "longitude 306.3": (changed(1, " 60.0W", "306.3W"), 2, "the longitude cannot be '306.3W'"),
    "unknown record": (changed(2, " L,", " Q,"), 3, "unknown record identifier 'Q'; known: C, G, I, L, P, R, S, T, W"),
    "year 9999": (changed(1, "20990801", "99990801"), 2, "'999908010000' lies outside of the year of AL012099"),
    "year before": (changed(1, "20990801", "20981231"), 2, "'209812310000' lies outside of the year of AL012099"),
    "August of the year after": (changed(3, "20990801", "21000801"), 4, "lies outside of the year of AL012099"),
    "storm of the year 9999": ([HEADER.replace("2099", "9999"), *ROWS], 1, "AL019999 is of no year from 1800 to 2199"),
    "name with an escape": (
        [HEADER.replace("KEPLER", "K\x1b[31m"), *ROWS],
        1,
        "has characters that cannot be printed",
    ),
    "long name": ([HEADER.replace("KEPLER", "K" * 41), *ROWS], 1, "has at most 40 characters, not 41"),
    "count of many digits": ([HEADER.replace(" 3,", "3" * 400 + ","), *ROWS], 1, "a header looks like"),
    "number of many digits": (changed(1, "1003", "1" * 300), 2, "the pressure cannot be '1{60}'"),
    "wind with a blank in it": (changed(1, "  40,", " 4 0,"), 2, "the wind cannot be '4 0'"),
    "two extra columns": (changed(1, "1003,", "1003, 1, 2,"), 2, "22 fields; a row has 20, or 21"),
    "text after the row": ([HEADER, ROWS[0] + " 20, good", *ROWS[1:]], 2, "22 fields"),
    "fixes not in order": ([HEADER, ROWS[1], ROWS[0], ROWS[2]], 3, "'209908010000' is not later than the fix before"),
    "fix twice": ([HEADER, ROWS[0], ROWS[0], ROWS[2]], 3, "is not later than the fix before"),
    "row before a header": ([ROWS[0], HEADER, *ROWS], 1, "a row before the first header"),
    "no header": (list(ROWS), 1, "there is no storm in this file"),
    "empty file": ([""], 1, "there is no storm in this file"),
    "header without count": ([HEADER.replace("      3,", ""), *ROWS], 1, "a header looks like"),
    "count with letters": ([HEADER.replace(" 3,", " 3a,"), *ROWS], 1, "a header looks like"),
    "web page": (["<html>", "log in", "</html>"], 2, "a row before|a header looks like"),
}


@pytest.mark.parametrize(("lines", "number", "reason"), REFUSED.values(), ids=REFUSED)
def test_bad_file_is_refused_with_file_and_line(write, lines, number, reason):
    path = write(*lines)
    with pytest.raises(ValueError, match=reason) as caught:
        cyclone.read_hurdat2(path)
    if reason.startswith("a row before|"):
        number = 1
    assert str(caught.value).startswith(f"{path}, line {number}: ")
    assert isinstance(caught.value, cyclone.TrackError)


def test_blank_lines_count_in_the_line_number(write):
    with pytest.raises(ValueError, match="line 6: unknown status"):
        cyclone.read_hurdat2(write("", HEADER, "", ROWS[0], "", ROWS[1].replace("HU", "QQ"), ROWS[2]))


def test_binary_file_is_refused(tmp_path):
    path = tmp_path / "image.txt"
    path.write_bytes(b"AL\n\xff\xd8\xff\xe0")
    with pytest.raises(ValueError, match="line 2: this is not text"):
        cyclone.read_hurdat2(path)


def test_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        cyclone.read_hurdat2(tmp_path / "no.txt")


def test_wind_is_linear_between_fixes_and_nan_outside(write):
    tracks = cyclone.read_hurdat2(write(HEADER, *ROWS[:2], ROWS[2].replace("-99,", " 80,")))
    day = pd.Timestamp("2099-08-01", tz="UTC")
    minutes = np.array([-1, 0, 57, 285, 322.5, 360, 361])
    winds = cyclone.interpolate_wind(tracks, "AL012099", day + pd.to_timedelta(minutes, "min"))
    assert np.allclose(winds, [np.nan, 40, 45, 65, 72.5, 80, np.nan], equal_nan=True)
    assert winds[1:-1].max() <= tracks["wind_kt"].max()


def test_one_time_gives_a_float_and_time_zones_count(write):
    tracks = cyclone.read_hurdat2(write(HEADER, *ROWS))
    assert cyclone.interpolate_wind(tracks, "AL012099", "2099-08-01 00:57") == pytest.approx(45)
    assert cyclone.interpolate_wind(tracks, "AL012099", "2099-08-01T02:57+02:00") == pytest.approx(45)
    assert type(cyclone.interpolate_wind(tracks, "AL012099", pd.Timestamp("2099-08-01"))) is float


def test_fix_without_wind_is_passed_over(write):
    tracks = cyclone.read_hurdat2(write(HEADER, *ROWS))
    assert np.isnan(cyclone.interpolate_wind(tracks, "AL012099", "2099-08-01 05:00"))


def test_unknown_storm_is_refused_with_the_nearest(write):
    tracks = cyclone.read_hurdat2(write(HEADER, *ROWS))
    with pytest.raises(ValueError, match=r"no fixes of storm 'AL102099' in the tracks. Did you mean AL012099\?"):
        cyclone.interpolate_wind(tracks, "AL102099", "2099-08-01")
    with pytest.raises(ValueError, match="times must be dates"):
        cyclone.interpolate_wind(tracks, "AL012099", "soon")


def test_position_across_the_date_line(write):
    rows = [ROWS[0].replace(" 60.0W", "179.0E"), ROWS[1].replace(" 61.0W", "179.0W"), ROWS[2]]
    tracks = cyclone.read_hurdat2(write(HEADER, *rows))
    lat, lon = cyclone.interpolate_position(tracks, "AL012099", ["2099-08-01 01:11:15", "2099-08-01 03:33:45"])
    assert np.allclose(lat, [20.25, 20.75])
    assert np.allclose(lon, [179.5, -179.5])


def test_storm_table(write):
    table = cyclone.storm_table(cyclone.read_hurdat2(write(HEADER, *ROWS, SECOND, ROWS[0])))
    assert table["storm_id"].tolist() == ["AL012099", "AL022099"]
    assert table["season"].tolist() == [2099, 2099]
    assert table["fixes"].tolist() == [3, 1]
    assert table["peak_kt"].tolist() == [65, 40]
    assert table["landfalls"].tolist() == [1, 0]
    assert table["days"].tolist() == [0.25, 0]


def header_sums(path) -> tuple[int, int]:
    headers = re.findall(r"^[A-Z]{2}\d{6},[^,]*,\s*(\d+),\s*$", path.read_text(), re.MULTILINE)
    return len(headers), sum(map(int, headers))


def test_real_files_are_complete_and_fast(real_data):
    for path in sorted((real_data / "hurdat2").glob("*.txt")):
        start = time.process_time()
        tracks = cyclone.read_hurdat2(path)
        assert time.process_time() - start < 1.5
        assert (tracks["storm_id"].nunique(), len(tracks)) == header_sums(path)


def test_real_atlantic_file_is_written_as_it_was_published(real_data, tmp_path):
    path = real_data / "hurdat2/hurdat2-atlantic-2004-2005.txt"
    cyclone.write_hurdat2(cyclone.read_hurdat2(path), tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_text().split() == path.read_text().split()


def test_katrina_was_h3_on_27_august_2005_at_1715(real_data):
    tracks = cyclone.read_hurdat2(real_data / "hurdat2/hurdat2-atlantic-2004-2005.txt")
    wind = cyclone.interpolate_wind(tracks, "AL122005", "2005-08-27 17:15")
    assert (wind, cyclone.CLASS_NAMES[cyclone.wind_to_class(wind)]) == (100, "H3")
    assert set(tracks.loc[tracks["storm_id"] == "AL122005", "name"]) == {"KATRINA"}
