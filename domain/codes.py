"""The formats of codes. Each check returns None or a word of ``domain.problems.words`` for what is wrong."""

import re

from stdnum.cn import uscc

#: 运输方式代码表: code → (Chinese, English).
TRANSPORT_MODES: dict[str, tuple[str, str]] = {
    "0": ("非保税区", "Non-bonded area"),
    "1": ("监管仓库", "Supervised warehouse"),
    "2": ("水路运输", "Waterway"),
    "3": ("铁路运输", "Railway"),
    "4": ("公路运输", "Road"),
    "5": ("航空运输", "Air"),
    "6": ("邮件运输", "Post"),
    "7": ("保税区", "Bonded area"),
    "8": ("保税仓库", "Bonded warehouse"),
    "9": ("其他方式运输", "Other"),
    "G": ("固定设施运输", "Fixed installation"),
    "H": ("边境特殊海关作业区", "Special customs operation area at the border"),
    "L": ("旅客携带", "Carried by passenger"),
    "T": ("综合实验区", "Comprehensive experimental area"),
    "W": ("物流中心", "Logistics centre"),
    "X": ("物流园区", "Logistics park"),
    "Y": ("保税港区", "Bonded port area"),
    "Z": ("出口加工区", "Export processing zone"),
}

_CUSTOMS_CODE = re.compile(r"[0-9]{4}[0-9A-Z]{6}")
_PORT = re.compile(r"[0-9]{4}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_CIQ_CODE = re.compile(r"[0-9A-Z]{10}")
_HS_PREFIX = re.compile(r"[0-9]{4,10}")
_HS_COMPLETE = re.compile(r"[0-9]{10}")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def customs_code_fault(code: str) -> str | None:
    """海关编码: 4 digits, then 6 digits or capital letters."""
    return None if _CUSTOMS_CODE.fullmatch(code) else "customs_code"


def port_fault(code: str) -> str | None:
    """关区代码: 4 digits. The port table says whether the port exists."""
    return None if _PORT.fullmatch(code) else "four_digits"


def mobile_fault(number: str) -> str | None:
    """手机号码: 11 digits, the second from 3 to 9."""
    return None if _MOBILE.fullmatch(number) else "mobile"


def transport_mode_fault(code: str) -> str | None:
    """运输方式: one of the 18 rows."""
    return None if code in TRANSPORT_MODES else "unknown_transport_mode"


def hs_fault(code: str, *, complete: bool) -> str | None:
    """商品HS编码: 4 to 10 digits while typing, exactly 10 when ``complete``."""
    if complete:
        return None if _HS_COMPLETE.fullmatch(code) else "hs_complete"
    return None if _HS_PREFIX.fullmatch(code) else "hs_prefix"


def hs_entry_fault(code: str) -> str | None:
    """An entry of the tariff 税则: a heading 品目 of 4 digits, or a line of 10."""
    return None if _HS_PREFIX.fullmatch(code) and len(code) in {4, 10} else "hs_entry"


def ciq_code_fault(code: str) -> str | None:
    """检验检疫编码: 10 digits or capital letters."""
    return None if _CIQ_CODE.fullmatch(code) else "ciq_characters"


def uscc_fault(code: str) -> str | None:
    """统一社会信用代码 (GB 32100-2015): length, alphabet without I O S V Z, check character mod 31.

    ``uscc.validate`` is stricter: it takes digits alone in the first places, where the standard has letters too.
    """
    if len(code) != 18:
        return "length"
    if any(character not in _USCC_ALPHABET for character in code):
        return "characters"
    return None if code[17] == uscc.calc_check_digit(code[:17]) else "check_digit"
