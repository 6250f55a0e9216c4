"""Problems of attached PDF documents."""

from domain.problems.kinds import Problem, Text

_MANUAL = "manual, ch. 1: attachments"
_SAFETY = "our decision: only inert, readable PDF"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "document.not_pdf",
        422,
        Text("不是 PDF", "Not a PDF"),
        Text("文件内容不是 PDF。", "The file's content is not a PDF."),
        Text("请上传 PDF 文件。", "Upload a PDF."),
        _MANUAL,
    ),
    Problem(
        "document.encrypted",
        422,
        Text("PDF 已加密", "PDF encrypted"),
        Text("不接受加密的 PDF。", "An encrypted PDF is not taken."),
        Text("请去除密码后上传。", "Remove the password and upload it again."),
        _SAFETY,
    ),
    Problem(
        "document.empty",
        422,
        Text("PDF 没有页面", "PDF without pages"),
        Text("PDF 中没有页面。", "The PDF has no pages."),
        Text("请上传有内容的 PDF。", "Upload a PDF with pages."),
        _SAFETY,
    ),
    Problem(
        "document.damaged",
        422,
        Text("PDF 已损坏", "PDF damaged"),
        Text("PDF 已损坏，无法读取。", "The PDF is damaged and cannot be read."),
        Text("请重新导出 PDF 后上传。", "Export the PDF anew and upload it."),
        _SAFETY,
    ),
    Problem(
        "document.active_content",
        422,
        Text("PDF 含活动内容", "PDF with active content"),
        Text("PDF 含有脚本、启动动作或嵌入文件。", "The PDF has scripts, launch actions or embedded files."),
        Text("请另存为不含活动内容的 PDF。", "Save it as a PDF without them."),
        _SAFETY,
    ),
    Problem(
        "document.too_large",
        422,
        Text("附件过大", "Attachment too large"),
        Text("附件大小 {size} 字节，不得超过 {limit} 字节。", "The attachment has {size} bytes; {limit} is the most."),
        Text("请压缩或拆分后上传。", "Compress or split it."),
        _MANUAL,
    ),
    Problem(
        "document.page_too_large",
        422,
        Text("页面过大", "Page too large"),
        Text(
            "第 {page} 页大小 {size} 字节，每页不得超过 {limit} 字节。",
            "Page {page} has {size} bytes; {limit} is the most for a page.",
        ),
        Text("请降低该页图像的分辨率。", "Lower the resolution of that page's images."),
        _MANUAL,
    ),
    Problem(
        "document.too_many",
        422,
        Text("附件过多", "Too many attachments"),
        Text("最多上传 {limit} 个附件。", "{limit} attachments are the most."),
        Text("请先删除不需要的附件。", "Delete one first."),
        _MANUAL,
    ),
)
