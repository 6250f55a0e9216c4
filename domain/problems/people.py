"""The rights of the people of one enterprise, and their passwords."""

from domain.problems.kinds import Problem, Text

_RIGHTS = "an enterprise's administrator decides who may declare"
_ROLES = "roles of operators: a calendar keeper keeps the ports given to them"
_TWO_PERSONS = "two-person rule: policy two_persons"

PROBLEMS = (
    Problem(
        "auth.only_administrators",
        403,
        Text("仅限管理员", "Administrators only"),
        Text("只有本企业的管理员可以管理人员。", "Only an administrator of the enterprise may manage its users."),
        Text("请联系本企业的管理员。", "Ask the administrator of your enterprise."),
        _RIGHTS,
    ),
    Problem(
        "auth.may_only_draft",
        403,
        Text("无申报权限", "May only draft"),
        Text(
            "您只有录入权限，不能申报、取消、反馈或提交情况说明。",
            "You may only draft, not submit, cancel, feed back or send explanations.",
        ),
        Text("请由有申报权限的同事办理。", "Ask a colleague who may submit."),
        _RIGHTS,
    ),
    Problem(
        "auth.not_own_draft",
        403,
        Text("不是您录入的草稿", "Not your own draft"),
        Text(
            "只有录入权限的用户只能删除自己录入的草稿。",
            "A user who may only draft can delete only drafts of their own.",
        ),
        Text("请由录入人或有申报权限的同事删除。", "Ask its author, or a colleague who may submit."),
        _RIGHTS,
    ),
    Problem(
        "auth.change_password",
        403,
        Text("请先修改密码", "Change the password first"),
        Text(
            "您使用的是管理员给出的初始密码。",
            "You are using the first password, given by an administrator.",
        ),
        Text("请先设置自己的密码。", "Set your own password first."),
        _RIGHTS,
    ),
    Problem(
        "auth.role_missing",
        403,
        Text("缺少角色", "Role missing"),
        Text("此操作需要以下角色之一：{roles}。", "This needs one of these roles: {roles}."),
        Text("请有此角色的同事办理，或向管理员申请该角色。", "Ask a colleague who has it, or an administrator for it."),
        _ROLES,
    ),
    Problem(
        "auth.other_port",
        403,
        Text("不是您维护的口岸", "Not a port of yours"),
        Text("您只能修改以下口岸的日历：{ports}。", "You may change the calendar of these ports only: {ports}."),
        Text(
            "请由维护该口岸的同事办理；涉及全部口岸的，由维护全部口岸的同事办理。",
            "Ask the keeper of that port; what concerns every port, a keeper of all ports.",
        ),
        _ROLES,
    ),
    Problem(
        "approval.own",
        403,
        Text("不能确认自己的申请", "Your own request"),
        Text(
            "此操作须由两人办理，申请人不能自己确认。",
            "This needs two persons: nobody confirms a request of their own.",
        ),
        Text("请由另一名有此角色的同事确认。", "Ask another colleague with this role to confirm it."),
        _TWO_PERSONS,
    ),
    Problem(
        "approval.pending",
        409,
        Text("已有待确认的申请", "A request is pending"),
        Text(
            "同一操作已由 {asked_by} 申请，正等待确认。", "{asked_by} has asked for the same; it waits to be confirmed."
        ),
        Text("请确认或驳回该申请。", "Confirm or reject that request."),
        _TWO_PERSONS,
    ),
    Problem(
        "approval.closed",
        409,
        Text("申请已办结", "Request closed"),
        Text("该申请已确认、驳回或过期。", "The request was confirmed or rejected, or has expired."),
        Text("请刷新列表；仍需办理时重新申请。", "Read the list again; if it is still needed, ask for it again."),
        _TWO_PERSONS,
    ),
    Problem(
        "password.wrong",
        422,
        Text("密码不正确", "Wrong password"),
        Text("当前密码不正确。", "The current password is wrong."),
        Text("请重新输入；忘记时请管理员重置。", "Type it again; if you forgot it, an administrator can reset it."),
        _RIGHTS,
    ),
    Problem(
        "colleague.taken",
        409,
        Text("用户名已被使用", "User name taken"),
        Text("该用户名已被使用。", "That user name is taken."),
        Text("请换一个用户名。", "Choose another user name."),
        _RIGHTS,
    ),
    Problem(
        "colleague.too_many",
        409,
        Text("用户过多", "Too many users"),
        Text("一个企业至多 {limit} 个用户。", "An enterprise has at most {limit} users."),
        Text("请联系运维人员。", "Ask the operator of the system."),
        _RIGHTS,
    ),
    Problem(
        "colleague.last_administrator",
        409,
        Text("最后一名管理员", "The last administrator"),
        Text(
            "这是本企业最后一名可用的管理员，不能停用，也不能取消其管理权限。",
            "This is the last active administrator, who cannot be disabled or lose that right.",
        ),
        Text("请先将另一名同事设为管理员。", "Make a colleague an administrator first."),
        _RIGHTS,
    ),
)
