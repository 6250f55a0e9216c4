"""Problems of attached PDF documents."""

from domain.problems.kinds import Problem, Text

_MANUAL = "manual, ch. 1: attachments"
_SAFETY = "our decision: only inert, readable PDF"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "document.not_pdf",
        422,
        Text("不是 PDF", "Not a PDF"),
        Text(
            "文件内容不是 PDF，或者夹带了其他格式的文件。",
            "The file's content is not a PDF, or not only one: it is a file of another kind as well.",
        ),
        Text(
            "请上传 PDF 文件；如果它能作为 PDF 打开，请打印为新的 PDF 后上传。",
            "Upload a PDF; if it opens as one, print it to a new PDF and upload that.",
        ),
        _MANUAL,
    ),
    Problem(
        "document.encrypted",
        422,
        Text("PDF 已加密", "PDF encrypted"),
        Text("不接受加密的 PDF。", "An encrypted PDF is not taken."),
        Text("建议：{advice}。", "{advice}."),
        _SAFETY,
    ),
    Problem(
        "document.empty",
        422,
        Text("PDF 没有内容", "PDF without pages"),
        Text("文件是空的，或者 PDF 中没有页面。", "The file is empty, or a PDF without pages."),
        Text("请上传有内容的 PDF。", "Upload a PDF with pages."),
        _SAFETY,
    ),
    Problem(
        "document.damaged",
        422,
        Text("PDF 已损坏", "PDF damaged"),
        Text("PDF 已损坏，无法读取。", "The PDF is damaged and cannot be read."),
        Text("请重新导出或打印为新的 PDF 后上传。", "Export or print it to a new PDF and upload that."),
        _SAFETY,
    ),
    Problem(
        "document.active_content",
        422,
        Text("PDF 含活动内容", "PDF with active content"),
        Text(
            "PDF 含有脚本、自动执行的动作、嵌入文件或多媒体（{found}）。",
            "The PDF has scripts, actions, embedded files or media ({found}).",
        ),
        Text("建议：{advice}。", "{advice}."),
        _SAFETY,
    ),
    Problem(
        "document.ambiguous",
        422,
        Text("PDF 内容有歧义", "PDF with two meanings"),
        Text(
            "PDF 内部有前后矛盾之处（{found}），不同的阅读器可能显示不同的内容。",
            "The PDF contradicts itself ({found}): readers may show it in different ways.",
        ),
        Text(
            "请用阅读器打开，核对内容后打印为新的 PDF 上传。",
            "Open it, check what it shows, print it to a new PDF and upload that.",
        ),
        _SAFETY,
    ),
    Problem(
        "document.too_complex",
        422,
        Text("PDF 过于复杂", "PDF too complex"),
        Text(
            "在限定的时间和内存内无法检查完该 PDF（{reason}）。",
            "The PDF cannot be inspected within the limits of time and memory ({reason}).",
        ),
        Text(
            "请打印为新的 PDF 或重新扫描；页数很多时请拆分后上传。",
            "Print it to a new PDF or scan it again; split it when it has very many pages.",
        ),
        _SAFETY,
    ),
    Problem(
        "document.too_large",
        422,
        Text("附件过大", "Attachment too large"),
        Text("附件不得超过 {limit:size}。", "An attachment has {limit:size} at the most."),
        Text("请压缩或拆分后上传。", "Compress or split it."),
        _MANUAL,
    ),
    Problem(
        "document.page_too_large",
        422,
        Text("页面过大", "Page too large"),
        Text(
            "第 {page} 页大小 {size:size}（其中字体 {fonts:size}、图像 {images:size}），每页不得超过 {limit:size}。",
            "Page {page} has {size:size} ({fonts:size} of fonts, {images:size} of images); {limit:size} is the most.",
        ),
        Text("建议：{advice}。", "{advice}."),
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
