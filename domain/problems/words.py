"""The texts of words in facts and of field names, in Chinese and English."""

from domain.appointment import LETTERS
from domain.problems.decisions import DECISIONS
from domain.problems.files import FILE_ADVICE, FILES
from domain.problems.kinds import Text

FIELDS: dict[str, Text] = {
    "address": Text("地址", "address"),
    "topics": Text("通知内容", "topics"),
    "quiet_from": Text("免打扰开始时间", "start of the quiet hours"),
    "quiet_until": Text("免打扰结束时间", "end of the quiet hours"),
    "digest_at": Text("每日汇总时间", "time of the digest"),
    "applicant": Text("申报单位", "applicant"),
    "client_no": Text("企业自编号", "client's own number"),
    "consignee": Text("收发货人", "consignee"),
    "consignee_code": Text("收发货人海关编码", "consignee code"),
    "contact_name": Text("联系人", "contact name"),
    "contact_mobile": Text("联系人手机", "contact mobile"),
    "declaration_port": Text("预约申报口岸", "declaration port"),
    "entry_exit_port": Text("预约进出口岸", "entry/exit port"),
    "transport_mode": Text("运输方式", "transport mode"),
    "direction": Text("进出口标识", "import/export mark"),
    "window_start": Text("预约通关时间", "window start"),
    # Also that of a cancellation, a release and other acts.
    "reason": Text("事由", "reason"),
    "reason_category": Text("事由类别", "reason category"),
    "goods": Text("商品", "goods"),
    "hs_code": Text("商品HS编码", "HS code"),
    "name": Text("名称", "name"),
    "declaration_numbers": Text("预约通关报关单号", "declaration numbers"),
    "declared_on": Text("报关单申报日期", "declaration date"),
    "text": Text("情况说明", "explanation text"),
    "attachment_id": Text("附件", "attachment"),
    "attachments": Text("随附补充材料", "attachments"),
    "file": Text("文件", "file"),
    "note": Text("备注", "note"),
    "sessions": Text("工作时段", "sessions"),
    "uscc": Text("统一社会信用代码", "unified social credit code"),
    "ciq_code": Text("检验检疫编码", "inspection and quarantine code"),
    "number": Text("编号", "number"),
    "sort": Text("排序", "sort"),
    "pre_entry_no": Text("预录入编号", "pre-entry number"),
    "code": Text("代码", "code"),
    "name_en": Text("英文名称", "English name"),
    "qualification": Text("报关资质", "qualification"),
    "valid_until": Text("有效期至", "valid until"),
    "grade": Text("信用等级", "credit grade"),
    "date": Text("日期", "date"),
    "day_kind": Text("类型", "kind of day"),
    "port": Text("口岸", "port"),
    "notice": Text("通知", "notice"),
    "weekday": Text("星期", "weekday"),
    "valid_from": Text("生效日期", "valid from"),
    "valid_to": Text("失效日期", "valid to"),
    "username": Text("用户名", "user name"),
    "current": Text("当前密码", "current password"),
    "new": Text("新密码", "new password"),
    "q": Text("查询内容", "search text"),
    "party": Text("企业", "party"),
    "act": Text("操作", "act"),
    "action": Text("操作", "action"),
    "items": Text("项目", "items"),
    "purpose": Text("附件用途", "purpose"),
    "state": Text("状态", "state"),
    "reference": Text("企业自编号", "your own reference"),
}

_ACTIONS: dict[str, Text] = {
    "save": Text("暂存", "save"),
    "submit": Text("申报", "submit"),
    "delete": Text("删除", "delete"),
    "cancel": Text("取消预约", "cancel"),
    "feedback": Text("反馈报关单号", "feed back"),
    "explain": Text("提交情况说明", "explain"),
    "release": Text("解除违约", "release"),
}

_REASONS: dict[str, Text] = {
    "malformed": Text("格式不正确", "it is malformed"),
    "choice": Text("应为以下之一", "it must be one of these"),
    "instant": Text(
        "应为带时差的时刻，如 2026-12-05T20:00:00+08:00",
        "it must be an instant with its offset, as 2026-12-05T20:00:00+08:00",
    ),
    "calendar_day": Text("应为日期，如 2026-12-05", "it must be a date, as 2026-12-05"),
    "customs_code": Text(
        "应为10位海关编码：前4位数字，后6位数字或大写字母",
        "it must be a 10-character customs code: 4 digits, then 6 digits or capital letters",
    ),
    "four_digits": Text("应为4位数字", "it must be 4 digits"),
    "unknown_port": Text("口岸代码表中没有该口岸", "the port is not in the port table"),
    "unknown_transport_mode": Text("不在运输方式代码表中", "it is not in the table of transport modes"),
    "mobile": Text("应为11位手机号码", "it must be an 11-digit Chinese mobile number"),
    "hs_prefix": Text("应为4至10位数字", "it must be 4 to 10 digits"),
    "hs_complete": Text("申报时应为10位数字", "it must be 10 digits to submit"),
    "blank": Text("不能为空白", "it must not be blank"),
    "too_long": Text("超过允许的长度", "it is too long"),
    "unprintable": Text("含有不允许的控制字符", "it contains control characters that are not allowed"),
    "implausible_year": Text("年份不合理", "the year is not plausible"),
    "length": Text("长度不正确", "the length is wrong"),
    "characters": Text("含有不允许的字符", "it contains characters that are not allowed"),
    "check_digit": Text("校验位不正确", "the check digit is wrong"),
    "digits": Text("应全部为数字", "it must be digits only"),
    "direction_digit": Text("第9位应为1（进口）或0（出口）", "the 9th digit must be 1 (import) or 0 (export)"),
    "session_order": Text("时段应按先后排列且不重叠", "sessions must be in order and must not overlap"),
    "session_time": Text(
        "时间应写作 HH:MM；结束晚于开始，跨零点的写作 24:00 至 30:00（26:00 即次日 02:00）",
        "times are HH:MM, the end after the beginning; an end after midnight is 24:00 to 30:00 (26:00 is 02:00 next day)",
    ),
    "url_malformed": Text("不是完整的网址", "it is no complete address"),
    "url_scheme": Text("须为 https", "it has to be https"),
    "url_port": Text("端口须为 443 或 8443", "its port has to be 443 or 8443"),
    "url_inside": Text("它指向内部网络", "it leads into the inside network"),
    "login_name": Text(
        "应为1至64个小写字母、数字或 . _ @ -，以字母或数字开头，且不以 demo. 开头",
        "it must be 1 to 64 of a-z 0-9 . _ @ -, begin with a letter or digit, and not with demo.",
    ),
    "password_too_short": Text("至少 12 个字符", "it must have at least 12 characters"),
    "password_too_long": Text("至多 128 个字符", "it must have at most 128 characters"),
    "password_guessable": Text("太容易猜到，请换一个", "it is too easy to guess; choose another one"),
    "password_same": Text("与当前密码相同", "it is the same as the current password"),
    "unknown_attachment": Text("没有该附件", "there is no such attachment"),
    "inspection_limits": Text("结构的规模超出限制", "its structure is beyond the limits"),
    "inspection_nesting": Text("结构嵌套过深", "its structure is nested too deeply"),
    "inspection_memory": Text("占用内存过多", "it takes too much memory"),
    "inspection_time": Text("检查耗时过长", "it takes too long"),
    "inspection_bomb": Text("压缩内容展开后过大", "what is compressed in it grows too large"),
    "inspection_filters": Text("压缩层数过多", "it is compressed too many times over"),
    "inspection_crash": Text("检查程序异常结束", "the inspection ended without an answer"),
    "box_not_xml": Text("XML 不完整或格式错误", "its XML is incomplete or malformed"),
    "box_doctype": Text("XML 不得含有 DOCTYPE", "its XML must not have a DOCTYPE"),
    "box_too_large": Text("文件过大", "it is too large"),
    "box_other_root": Text(
        "根元素应为 urn:yuyue:erp:1 的 application", "its root must be application of the namespace urn:yuyue:erp:1"
    ),
    "box_kind": Text("只接受 .xml、.xlsx、.csv 文件", "only files .xml, .xlsx and .csv are taken"),
    "unknown": Text("海关注册信息中没有该企业", "the enterprise is not in the customs register"),
    "not_registered": Text("未注册报关资质", "it is not registered for customs declaration"),
    "expired": Text("报关资质已过期", "its registration has expired"),
    "cancelled_registration": Text("报关资质已注销", "its registration was cancelled"),
}

#: What makes a page smaller, by what most of it is.
_ADVICE: dict[str, Text] = {
    "page_of_images": Text(
        "该页主要是图像，请降低图像的分辨率或改为灰度后重新导出",
        "Most of the page is images: lower their resolution or make them grey, then export it again",
    ),
    "page_of_fonts": Text(
        "该页主要是嵌入的字体，请改用 TrueType 中文字体（如微软雅黑、宋体、文泉驿）并少用粗体，重新导出；"
        "也可以把内容分到几页",
        "Most of the page is embedded fonts: export it again in a TrueType Chinese font (Microsoft YaHei, SimSun,"
        " WenQuanYi) with less bold type, or spread it over several pages",
    ),
    "page_of_data": Text(
        "该页主要是看不见的附加数据（如编辑软件的私有数据、批注、元数据），请打印为新的 PDF",
        "Most of the page is data that is not shown, such as what an editor keeps, notes and metadata: print it to a new PDF",
    ),
    "page_of_drawing": Text(
        "该页主要是文字和图形的绘制内容，请分到几页，或以图像方式（如 150 dpi）打印为新的 PDF",
        "Most of the page is text and drawing: spread it over several pages, or print it as an image (150 dpi) to a new PDF",
    ),
}

#: What makes a file one that is taken, by what it is refused for.
_PDF_ADVICE: dict[str, Text] = {
    "file_with_password": Text("请去除打开密码后重新上传", "Remove the password that opens it, then upload it again"),
    "file_with_restrictions": Text(
        "该文件打开时不需要密码，但限制了编辑或打印，请打印为新的 PDF，或请制作者取消限制后上传",
        "It opens without a password but restricts editing or printing: print it to a new PDF, or have its author lift"
        " the restrictions",
    ),
    "file_with_source": Text(
        "该 PDF 夹带了制作它的文档，请在 LibreOffice 导出时取消勾选“混合 PDF（嵌入 ODF 文件）”，再重新导出",
        "It carries the document it was made from: export it again from LibreOffice without “Hybrid PDF (embed ODF file)”",
    ),
    "file_with_attachments": Text(
        "请删除 PDF 中的附件，或打印为新的 PDF；附件内容请另存为 PDF 单独上传",
        "Remove the files attached to it, or print it to a new PDF; upload what was attached as PDFs of their own",
    ),
    "file_with_media": Text(
        "请删除音频、视频或三维内容，或打印为新的 PDF 后上传",
        "Remove the sound, film or 3D model, or print it to a new PDF and upload that",
    ),
    "file_with_actions": Text("请打印为新的 PDF 后上传", "Print it to a new PDF and upload that"),
}

_STATES = {state.value: Text(zh, en) for state, (_, zh, en) in LETTERS.items()}

#: What customs says in a receipt.
_RESULTS: dict[str, Text] = {
    "ACCEPTED": Text("海关受理", "application accepted"),
    "RETURNED": Text("退单", "application returned"),
    "APPROVED": Text("审批通过", "application approved"),
    "FEEDBACK_CONFIRMED": Text("反馈已确认", "feedback confirmed"),
    "FEEDBACK_REFUSED": Text("反馈不予确认", "feedback refused"),
    "CANCEL_CONFIRMED": Text("取消已确认", "cancellation confirmed"),
    "EXPLANATION_ACCEPTED": Text("情况说明已接受", "explanation accepted"),
    "EXPLANATION_REFUSED": Text("情况说明不接受", "explanation refused"),
    "RELEASED": Text("违约已解除", "breach lifted"),
}

_ROLES: dict[str, Text] = {
    "viewer": Text("查看", "viewer"),
    "case_officer": Text("办案", "case officer"),
    "calendar_keeper": Text("日历维护", "calendar keeper"),
    "administrator": Text("系统管理", "administrator"),
}

#: No word is in two groups, or it would be shown wrongly in one place.
GROUPS = (_STATES, FIELDS, _ACTIONS, _REASONS, FILES, FILE_ADVICE, _ADVICE, _PDF_ADVICE, _RESULTS, _ROLES, DECISIONS)
#: word → its text; any other word is shown as it is.
WORDS: dict[str, Text] = {word: text for group in GROUPS for word, text in group.items()}
