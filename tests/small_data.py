"""One small valid world: a data folder and the texts it was typed from."""

# ruff: noqa: E501  (a row of a table stays on one line)

from __future__ import annotations

import csv
from pathlib import Path

from analysis.numbers import numerals, quantity
from analysis.numbers.quantity import Quantity

TABLES = {
    "sources.csv": """\
source,tier,grade,publisher,headline,url,published,published_by,accessed,language,note
congress,core,full text,Báo Một,Đại hội ở cơ sở,https://example.org/a,2025-07-15,,2026-11-22,vi,
staff,core,full text,unknown,Sắp xếp cán bộ,,,2021-05-22,2026-11-22,vi,
wire,context,excerpt,The Wire,126 communes to come,https://example.org/w,2025-05-08,,2026-11-22,en,
""",
    "indicators.csv": """\
indicator,unit,label_vi,label_en,definition_vi,definition_en,part_of,unit_vi,unit_en
congress,organisation,Tổ chức cơ sở đảng,Grassroots organisations,Số tổ chức.,Organisations.,,tổ chức,organisations
congress.rate,percent,Tỷ lệ đại hội,Congress rate,Tỷ lệ.,Share.,,%,%
dossiers,dossier,Hồ sơ tiếp nhận,Dossiers received,Số hồ sơ.,Dossiers.,,hồ sơ,dossiers
dossiers.share,percent,Tỷ lệ trực tuyến,Online share,Tỷ lệ.,Share.,,%,%
staff,person,Người không chuyên trách,Part-time post-holders,Số người.,People.,,người,people
staff.rate,percent,Tỷ lệ giảm người,Fall in post-holders,Tỷ lệ.,Share.,,%,%
units,unit,Đơn vị cấp xã,Commune-level units,Số đơn vị.,Units.,,đơn vị,units
units-arranged,unit,Đơn vị được sắp xếp,Units arranged,Số đơn vị.,Units.,,đơn vị,units
units.communes,unit,Xã,Communes,Số xã.,Communes.,units,xã,communes
units.rate,percent,Tỷ lệ giảm đơn vị,Fall in units,Tỷ lệ.,Share.,,%,%
units.wards,unit,Phường,Wards,Số phường.,Wards.,units,phường,wards
""",
    "areas.csv": """\
area,label_vi,label_en,level
da-nang,Đà Nẵng,Đà Nẵng,province
ha-noi,Hà Nội,Hà Nội,province
viet-nam,Việt Nam,Viet Nam,country
""",
    "places.csv": """\
area,name,code,kind,within,formed_from,latitude,longitude,source
da-nang,Đà Nẵng,48,city,viet-nam,thành phố Đà Nẵng; tỉnh Quảng Nam,15.631,107.966,wire
""",
    "figures.csv": """\
figure,source,locator,printed,value,qualifier,indicator,reform,area,as_of,role,note
plan-2025.da-nang.after.total,wire,,94,94,exact,units,restructuring-2025,da-nang,2025-05-08,after,
plan-2025.da-nang.before.total,wire,,280,280,exact,units,restructuring-2025,da-nang,2025-05-08,before,
plan-2025.ha-noi.after.communes,wire,,75,75,exact,units.communes,restructuring-2025,ha-noi,2025-05-08,after,
plan-2025.ha-noi.after.total,wire,,126 units,126,exact,units,restructuring-2025,ha-noi,2025-05-08,after,
plan-2025.ha-noi.after.wards,wire,,51,51,exact,units.wards,restructuring-2025,ha-noi,2025-05-08,after,
plan-2025.ha-noi.before.total,wire,,526 units,526,exact,units,restructuring-2025,ha-noi,2025-05-08,before,
congress.due,congress,p2,1.238 tổ chức,1238,exact,congress,restructuring-2025,ha-noi,2025-07-15,whole,
congress.held,congress,p2,1.221,1221,exact,congress,restructuring-2025,ha-noi,2025-07-15,part,
congress.rate,congress,p2,"98,7%",98.7,exact,congress.rate,restructuring-2025,ha-noi,2025-07-15,rate,
dossiers.heading,congress,p3,14%,14,exact,dossiers.share,restructuring-2025,ha-noi,2025-07-01/2025-07-13,increase,
dossiers.received,congress,p4,hơn 66.000 hồ sơ,66000,at_least,dossiers,restructuring-2025,ha-noi,2025-07-01/2025-07-13,whole,
dossiers.share,congress,p4,14%,14,exact,dossiers.share,restructuring-2025,ha-noi,2025-07-01/2025-07-13,rate,
staff.after,staff,p1,18.350 người,18350,exact,staff,project-21,ha-noi,2021,after,
staff.before,staff,p1,32.933,32933,exact,staff,project-21,ha-noi,../2019,before,
staff.rate,staff,p1,"44,2%",44.2,exact,staff.rate,project-21,ha-noi,2019/2021,decrease,
units.after,wire,,"3,321",3321,exact,units,restructuring-2025,viet-nam,2025-05-08,after,
units.before,wire,,"10,035 units",10035,exact,units,restructuring-2025,viet-nam,2025-05-08,before,
units.before.arranged,wire,,"9,907",9907,exact,units-arranged,restructuring-2025,viet-nam,2025-05-08,before,
units.decrease,wire,,"6,714",6714,exact,units,restructuring-2025,viet-nam,2025-05-08,decrease,
units.rate,wire,,66.91%,66.91,exact,units.rate,restructuring-2025,viet-nam,2025-05-08,rate,
""",
    "claims.csv": """\
claim,kind,operands,stated,note_vi,note_en,verdict
congress.rate,share,congress.held congress.due,congress.rate,Lớn hơn phép chia.,Larger than the quotient.,does_not_hold
dossiers.heading,same,dossiers.share,dossiers.heading,Tiêu đề nói tăng.,The heading says rose.,contradicts
dossiers.share,share,dossiers.received,dossiers.share,Không in số nộp.,The number filed is not printed.,cannot_be_checked
staff.rate,relative_change,staff.before staff.after,staff.rate,Cắt số lẻ.,Cut off.,holds_if_truncated
units.decrease,difference,units.before units.after,units.decrease,Trước trừ sau.,Before less after.,holds
units.rate,share,units.decrease units.before,units.rate,Giảm so với trước.,Fall over before.,holds
""",
    "events.csv": """\
event,day,reform,kind,document,label_vi,label_en,source,locator,note
staff.plan,2018-12-08,project-21,decision,109-KH/TU,Ban hành kế hoạch sắp xếp,A plan of the cuts is adopted,staff,p2,
units.start,2025-07-01,restructuring-2025,start,,Đơn vị mới đi vào hoạt động,The new units begin their work,wire,,
""",
    "names.csv": """\
name,kind,label_vi,label_en
plan,document,Kế hoạch số 109-KH/TU,Plan No. 109-KH/TU
project-06,reform,Đề án 06,Project 06
project-21,reform,Đề án 21,Project 21
restructuring-2025,reform,Sắp xếp năm 2025,2025 restructuring
urban-pilot-2021,reform,Thí điểm chính quyền đô thị,urban pilot
""",
}

# Made up for the tests; the numbers are those of figures.csv.
TEXTS = {
    "congress.txt": "Đại hội ở cơ sở (15/07/2025)\n\nĐã có 1.221/1.238 tổ chức xong, đạt 98,7%.\n\nTăng 14%\n\nCó hơn 66.000 hồ sơ, 14% trực tuyến.\n",
    "staff.txt": "Từ 32.933 còn 18.350 người, giảm 44,2%.\n\nKế hoạch số 109-KH/TU ban hành ngày 8-12-2018.\n",
}


def small_data(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """A data folder in `folder`, after each change: (file, text to replace, text instead); "" appends."""
    tables = dict(TABLES)
    for file, old, new in changes:
        assert old in tables[file], f"{old!r} is not in the small {file}"
        tables[file] = tables[file].replace(old, new) if old else tables[file] + new
    return small_files(folder / "data", tables)


def printed(token: str, figure: str = "x", unit: str = "person") -> Quantity:
    """A printed figure, from its Vietnamese form."""
    numeral = numerals.read(token, "vi")
    return quantity.printed(figure, numeral, "percent" if numeral.percent else unit)


def small_texts(folder: Path) -> Path:
    """The texts of the small data's sources that were read in full."""
    return small_files(folder / "texts", TEXTS)


def small_files(folder: Path, files: dict[str, str]) -> Path:
    """`files` written into `folder`."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    return folder


def retype(table: Path, key: str, **cells: str) -> None:
    """Other cells in one row of a table."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (found,) = [row for row in rows if next(iter(row.values())) == key]
    found |= cells
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
