"""Prints ``docs/problems.md``: ``python -c "from domain.problems.page import page; print(page(), end='')"``."""

from domain.problems.catalogue import CATALOGUE
from domain.problems.explain import placeholders
from domain.problems.kinds import Problem

_HEAD = """# 问题代码 Problem codes

由目录生成，请勿手工修改。Printed from the catalogue; do not edit.
代码固定不变；`errors[]` 中每一项都带 `code`、`field`、`message`、`remedy`、`facts`。
Codes are stable; each item of `errors[]` carries `code`, `field`, `message`, `remedy` and `facts`.

| code | HTTP | 中文 | English | 处理办法 | Remedy | facts | source |
|---|---|---|---|---|---|---|---|
"""


def page() -> str:
    """Returns the whole Markdown page, ending with a newline."""
    return _HEAD + "".join(_row(problem) for problem in CATALOGUE.values())


def _row(problem: Problem) -> str:
    facts = ", ".join(f"`{name}`" for name in sorted(placeholders(problem) - {"field"}))
    cells = (
        f"`{problem.code}`",
        str(problem.status),
        f"**{problem.title.zh}** {problem.message.zh}",
        f"**{problem.title.en}** {problem.message.en}",
        problem.remedy.zh,
        problem.remedy.en,
        facts,
        problem.source,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
