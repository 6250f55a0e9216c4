"""Problems of a request itself: its caller, its target, and whether it can be answered now."""

from domain.problems.kinds import Problem, Text

_CONTRACT = "HTTP contract"

PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "validation.failed",
        422,
        Text("校验未通过", "Validation failed"),
        Text("提交的内容有问题，请逐项查看。", "What was sent has faults; see each of them."),
        Text("按各项的处理办法修改后重新提交。", "Follow the remedy of each fault, then send it again."),
        _CONTRACT,
    ),
    Problem(
        "body.malformed",
        400,
        Text("请求无法读取", "Unreadable request"),
        Text("请求内容不是有效的格式。", "The request body is not well-formed."),
        Text("请按接口文档的格式发送。", "Send it in the format that the API document gives."),
        _CONTRACT,
    ),
    Problem(
        "body.too_large",
        413,
        Text("请求过大", "Request too large"),
        Text("请求内容超过上限 {limit:size}。", "The request body is larger than {limit:size}."),
        Text("请减少内容后重新发送。", "Send less."),
        _CONTRACT,
    ),
    Problem(
        "media_type.unsupported",
        415,
        Text("内容类型不支持", "Unsupported content type"),
        Text("此接口不接受该内容类型。", "This call does not take that content type."),
        Text("请使用接口文档给出的内容类型。", "Use the content type that the API document gives."),
        _CONTRACT,
    ),
    Problem(
        "method.not_allowed",
        405,
        Text("方法不允许", "Method not allowed"),
        Text("此地址不支持该请求方法。", "This address does not take that method."),
        Text("请查看接口文档。", "See the API document."),
        _CONTRACT,
    ),
    Problem(
        "not_found",
        404,
        Text("未找到", "Not found"),
        Text("没有该记录，或您无权查看。", "There is no such record, or it is not yours to see."),
        Text("请核对编号。", "Check the number."),
        "manual, ch. 2: an enterprise sees only its own",
    ),
    Problem(
        "version.stale",
        412,
        Text("内容已被修改", "Changed meanwhile"),
        Text("该申请已更新到第 {version} 版。", "The application has moved on to version {version}."),
        Text("请重新读取后再修改。", "Read it again, then change it."),
        _CONTRACT,
    ),
    Problem(
        "version.required",
        428,
        Text("缺少版本", "Version missing"),
        Text("修改时必须给出 If-Match 版本。", "A change needs the version in If-Match."),
        Text("请先读取申请，用其 ETag 作为 If-Match。", "Read the application and send its ETag as If-Match."),
        _CONTRACT,
    ),
    Problem(
        "idempotency.conflict",
        422,
        Text("重复的幂等键", "Key used before"),
        Text("该 Idempotency-Key 已用于另一内容的请求。", "That Idempotency-Key was used with another body."),
        Text("请为新的请求使用新的键。", "Use a new key for a new request."),
        _CONTRACT,
    ),
    Problem(
        "number.taken",
        409,
        Text("预录入编号已被占用", "Number taken"),
        Text("该预录入编号属于另一份申请。", "That pre-entry number belongs to another application."),
        Text("系统会自动换号，无需处理。", "The system takes another number by itself."),
        _CONTRACT,
    ),
    Problem(
        "idempotency.invalid",
        422,
        Text("幂等键无效", "Key invalid"),
        Text(
            "Idempotency-Key 应为 1 至 {limit} 个可见字符。", "An Idempotency-Key is 1 to {limit} visible characters."
        ),
        Text("请使用 UUID 之类的键。", "Use a key such as a UUID."),
        _CONTRACT,
    ),
    Problem(
        "auth.required",
        401,
        Text("请先登录", "Log in first"),
        Text("没有登录，或登录已失效。", "You are not logged in, or the session has ended."),
        Text("请重新登录，或提供有效的密钥。", "Log in again or send a valid key."),
        _CONTRACT,
    ),
    Problem(
        "auth.failed",
        401,
        Text("登录失败", "Login failed"),
        Text("用户名、密码或验证码不正确。", "User name, password or captcha is wrong."),
        Text("请换一张验证码后重试。", "Take a new captcha and try again."),
        "manual, part 4: login",
    ),
    Problem(
        "auth.forbidden",
        403,
        Text("无权操作", "Forbidden"),
        Text("您的身份不允许此操作。", "Your identity does not allow this."),
        Text("请使用有相应权限的账号或密钥。", "Use an account or key with the right scope."),
        _CONTRACT,
    ),
    Problem(
        "session.required",
        403,
        Text("需要用户登录", "User session required"),
        Text(
            "此内容属于登录的用户，API 密钥不能使用。", "This belongs to a user who logs in; an API key cannot use it."
        ),
        Text("请以用户身份登录后使用。", "Log in as a user, then use it."),
        _CONTRACT,
    ),
    Problem(
        "csrf.missing",
        403,
        Text("缺少防伪令牌", "CSRF token missing"),
        Text("浏览器会话必须带有正确的 X-CSRF-Token。", "A browser session must send its X-CSRF-Token."),
        Text("请刷新页面后重试。", "Reload the page and try again."),
        _CONTRACT,
    ),
    Problem(
        "rate.limited",
        429,
        Text("操作过于频繁", "Too many requests"),
        Text("请求过于频繁。", "There were too many requests."),
        Text("请在 {retry_after} 秒后重试。", "Try again in {retry_after} seconds."),
        _CONTRACT,
    ),
    Problem(
        "temporarily.unavailable",
        503,
        Text("暂时不可用", "Temporarily unavailable"),
        Text("系统暂时无法处理，操作没有生效。", "The system cannot do this now; nothing has taken effect."),
        Text("请稍后重试。", "Try again later."),
        _CONTRACT,
    ),
    Problem(
        "process.missing",
        503,
        Text("预约的处理流程缺失", "The appointment has lost its process"),
        Text(
            "这份预约仍在进行，但处理它的流程已不存在，操作没有生效；已登记的内容和期限没有变化。",
            "The appointment is open, but the process that handles it is gone; nothing has taken effect, and what was"
            " recorded and its deadlines have not changed.",
        ),
        Text(
            "请立即联系系统运维，以 yuyue revive {pre_entry_no} 恢复，之后可用同一个 Idempotency-Key 重试。",
            "Contact the operators at once: `yuyue revive {pre_entry_no}` brings it back; then try again, with the same"
            " Idempotency-Key if you like.",
        ),
        _CONTRACT,
    ),
    Problem(
        "records.unsound",
        409,
        Text("事件记录不完整", "The records do not hold"),
        Text(
            "这份预约的事件记录不完整，不能据此恢复流程。",
            "The chain of this appointment's events does not hold, so no workflow can go on from it.",
        ),
        Text(
            "请先运行 yuyue verify 查明，必要时从备份恢复。",
            "Run `yuyue verify` first; restore from a backup if it says so.",
        ),
        _CONTRACT,
    ),
    Problem(
        "outcome.unknown",
        503,
        Text("结果未知", "Outcome unknown"),
        Text(
            "系统没有及时得到结果，操作可能已经生效。",
            "The outcome did not come in time; the act may have taken effect.",
        ),
        Text(
            "请用同一个 Idempotency-Key 再次询问，不会重复生效。",
            "Ask again with the same Idempotency-Key; it takes effect only once.",
        ),
        _CONTRACT,
    ),
    Problem(
        "internal.error",
        500,
        Text("系统错误", "Internal error"),
        Text("系统出现意外错误。", "Something unexpected went wrong."),
        Text(
            "请用同一个 Idempotency-Key 重试；仍不成功请联系管理员。",
            "Try again with the same Idempotency-Key; if that fails, tell the operator.",
        ),
        _CONTRACT,
    ),
)
