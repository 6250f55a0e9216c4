"""Problems of the card program on the user's computer, and of sessions that need a card."""

from domain.problems.kinds import Problem, Text

_CARD = "manual, part 4: the card must stay inserted"
_PIV = "NIST SP 800-73-4, part 2: card edge"
_OURS = "this system"

_INSERT = Text("请插入登录时所用的卡介质后再试。", "Insert the card you logged in with, then try again.")
_RESTART = Text(
    "请检查读卡器和系统的智能卡服务，恢复后会自动继续。",
    "Check the reader and the system's smart card service; work goes on by itself once they are back.",
)
_PAIR = Text(
    "请在卡介质页面输入本机卡介质程序的配对码。", "Enter the pairing code of this computer's card program in the page."
)
_OPEN_PAGE = Text(
    "请从本系统的页面操作；如系统地址已变更，请以新地址重新启动卡介质程序。",
    "Work from this system's own page; if its address has changed, start the card program with the new one.",
)
_AGAIN = Text("请重新操作一次。", "Please start this step again.")
_UNBLOCK = Text("请到制卡中心解锁或更换卡介质。", "Have the card unblocked or replaced at its issuer.")
_TYPE_PIN = Text("请输入 PIN 继续。", "Type the PIN to go on.")


def _problem(
    code: str, title: tuple[str, str], message: tuple[str, str], remedy: Text, *, status: int = 409, source: str = _OURS
) -> Problem:
    return Problem(code, status, Text(*title), Text(*message), remedy, source)


_PROGRAM = (
    _problem(
        "agent.host_refused",
        ("地址不是本机", "Not this computer's address"),
        ("卡介质程序只接受以本机地址发来的请求。", "The card program answers under this computer's own address only."),
        _OPEN_PAGE,
        status=403,
    ),
    _problem(
        "agent.origin_refused",
        ("页面未获允许", "Page not allowed"),
        ("卡介质程序不接受这个页面的请求。", "The card program does not answer this page."),
        _OPEN_PAGE,
        status=403,
    ),
    _problem(
        "agent.origin_missing",
        ("未说明来自哪个页面", "No page named"),
        (
            "登录口令只为指明自身地址的页面签名。",
            "A challenge is signed only for a page that names its own address (Origin).",
        ),
        _OPEN_PAGE,
        status=403,
    ),
    _problem(
        "agent.not_paired",
        ("尚未配对", "Not paired"),
        ("页面尚未与本机的卡介质程序配对。", "The page is not paired with the card program of this computer."),
        _PAIR,
        status=401,
    ),
    _problem(
        "agent.request_malformed",
        ("请求无法识别", "Request not understood"),
        ("卡介质程序无法识别请求（{where}）。", "The card program does not understand the request ({where})."),
        Text("请刷新页面，或更新卡介质程序。", "Reload the page, or update the card program."),
        status=400,
    ),
    _problem(
        "agent.challenge_unreadable",
        ("不是登录口令", "Not a challenge"),
        ("要签名的内容不是本系统的登录口令。", "What is to be signed is no challenge of this system."),
        _AGAIN,
        status=422,
    ),
    _problem(
        "agent.challenge_foreign",
        ("登录口令属于其他地址", "Challenge of another address"),
        (
            "登录口令不是为当前页面 {origin} 出具的，已拒绝签名。",
            "The challenge is not for this page, {origin}; it was not signed.",
        ),
        Text("请核对浏览器地址栏，谨防仿冒页面。", "Check the address in the browser: the page may be a forgery."),
        status=403,
    ),
    _problem(
        "agent.statement_unreadable",
        ("不是签名原文", "Not a statement"),
        ("要签名的内容不是本系统的签名原文。", "What is to be signed is no statement of this system."),
        _AGAIN,
        status=422,
    ),
    _problem(
        "agent.not_shown",
        ("尚未展示签名内容", "Not shown yet"),
        (
            "卡介质程序只签名刚刚向您展示过的内容。",
            "The card program signs only what it has shown to you a moment ago.",
        ),
        _AGAIN,
    ),
)

_IN_READER = (
    _problem(
        "card.service_gone",
        ("智能卡服务不可用", "No smart card service"),
        ("系统的智能卡服务没有应答，无法使用卡介质。", "The system's smart card service does not answer."),
        _RESTART,
        status=503,
    ),
    _problem(
        "card.removed",
        ("未插入卡介质", "Card not inserted"),
        ("读卡器中没有这张卡介质。", "The card is in none of the readers."),
        _INSERT,
        source=_CARD,
    ),
    _problem(
        "card.other",
        ("卡介质不同", "Another card"),
        ("读卡器中是另一张卡介质。", "Another card is in the reader."),
        _INSERT,
        source=_CARD,
    ),
    _problem(
        "card.in_use",
        ("卡介质被占用", "Card in use"),
        ("卡介质正被其他程序使用。", "Another program is using the card."),
        Text("请关闭其他使用卡介质的程序后再试。", "Close other programs that use the card, then try again."),
    ),
    _problem(
        "card.mute",
        ("卡介质无应答", "The card does not answer"),
        ("读卡器中有卡，但卡没有应答。", "There is a card in the reader, but it does not answer."),
        Text(
            "请拔出卡介质，检查插入方向和芯片触点后重新插入。",
            "Pull the card, look which way round it goes in and that its contacts are clean, then insert it again.",
        ),
        source=_PIV,
    ),
    _problem(
        "card.unusable",
        ("卡介质不可用", "Card cannot be used"),
        (
            "这张卡上没有本系统可用的登录和签名证书。",
            "The card has no pair of certificates, to log in and to sign, that this system can use.",
        ),
        Text("请使用本系统支持的卡介质。", "Use a card that this system supports."),
        source=_PIV,
        status=422,
    ),
    _problem(
        "card.failed",
        ("卡介质出错", "The card failed"),
        ("卡介质没有完成操作（状态 {status}）。", "The card did not carry out the operation (status {status})."),
        Text("请拔出卡介质，重新插入后再试。", "Pull the card, insert it again, then try once more."),
        source=_PIV,
        status=502,
    ),
    _problem(
        "card.other_enterprise",
        ("卡介质属于其他企业", "Card of another enterprise"),
        (
            "签名原文属于企业 {signer}，与卡介质不符。",
            "The statement is of the enterprise {signer}, which is not the card's.",
        ),
        Text("请插入该企业的卡介质。", "Insert that enterprise's card."),
        source=_CARD,
        status=422,
    ),
)

_PIN = (
    _problem(
        "card.locked",
        ("需要 PIN", "PIN needed"),
        ("卡介质尚未解锁。", "The card is not unlocked."),
        _TYPE_PIN,
        source=_PIV,
    ),
    _problem(
        "card.pin_format",
        ("PIN 格式不正确", "Not a PIN"),
        ("PIN 应为 6 至 8 位数字；未消耗尝试次数。", "A PIN has 6 to 8 digits; this did not cost a try."),
        _TYPE_PIN,
        source=_PIV,
        status=422,
    ),
    _problem(
        "card.pin_wrong",
        ("PIN 不正确", "Wrong PIN"),
        ("PIN 不正确，还可尝试 {tries_left} 次。", "The PIN is wrong; {tries_left} tries are left."),
        Text("请核对后重新输入。", "Check it and type it again."),
        source=_PIV,
        status=403,
    ),
    _problem(
        "card.file_pin_wrong",
        ("口令不正确", "Wrong password"),
        ("软件卡的口令不正确。", "The software card does not open with this PIN."),
        Text("请核对后重新输入。", "Check it and type it again."),
        status=403,
    ),
    _problem(
        "card.last_try",
        ("只剩最后一次", "The last try"),
        (
            "只剩 {tries_left} 次尝试，再输错卡介质将被锁定。",
            "Only {tries_left} try is left: with another wrong PIN the card is blocked.",
        ),
        Text("确认 PIN 无误后，勾选“确认尝试”再继续。", "If you are sure of the PIN, confirm that you want to try."),
        source=_PIV,
    ),
    _problem(
        "card.blocked",
        ("卡介质已锁定", "Card blocked"),
        ("PIN 连续输错，卡介质已锁定。", "Too many wrong PINs: the card is blocked."),
        _UNBLOCK,
        source=_PIV,
    ),
)

_SESSION = (
    _problem(
        "session.card_removed",
        ("卡介质已拔出", "Card removed"),
        (
            "登录所用的卡介质不在读卡器中或尚未解锁，不能申报。",
            "The card of this session is not in the reader, or not unlocked: nothing can be declared.",
        ),
        Text(
            "请插入登录时所用的卡介质并输入 PIN，然后继续。", "Insert the card you logged in with, type its PIN, go on."
        ),
        source=_CARD,
        status=403,
    ),
    _problem(
        "session.other_card",
        ("卡介质不同", "Another card"),
        ("插入的不是登录时所用的卡介质。", "The card in the reader is not the one that opened this session."),
        _INSERT,
        source=_CARD,
        status=403,
    ),
    _problem(
        "session.no_card",
        ("不是卡介质登录", "No card session"),
        ("当前登录没有使用卡介质。", "This session was not opened with a card."),
        Text("请以卡介质登录。", "Log in with the card."),
        source=_CARD,
        status=403,
    ),
)

PROBLEMS = (*_PROGRAM, *_IN_READER, *_PIN, *_SESSION)
