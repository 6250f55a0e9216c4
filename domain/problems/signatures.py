"""Problems of electronic signatures and of the cards that make them. Each failure has a code of its own."""

from domain.problems.kinds import Problem, Text

_CARD = "manual, part 4: card login and signature"

_SIGN_AGAIN = Text("请用本企业的有效卡介质重新签名。", "Sign again with your enterprise's valid card.")
_ASK_AGAIN = Text("请重新获取签名原文后再签名。", "Ask for a new statement and sign that.")
_SOFTWARE = Text(
    "请更新卡介质客户端；自行开发的程序请对照签名文档。",
    "Update the card's client; a program of your own must follow the page on signatures.",
)
_NEW_CARD = Text("请到制卡中心更换或续期卡介质。", "Have the card replaced or renewed at its issuer.")
_OPERATOR = Text("请联系系统管理员更新吊销列表。", "Ask the operator to renew the revocation lists.")
_ISSUER = Text(
    "请使用本系统信任的发证机构所发的卡介质，并附上完整的证书链。",
    "Use a card of an issuer this system trusts, and send the whole chain of certificates.",
)
_LOGIN_AGAIN = Text("请重新获取登录口令后再登录。", "Ask for a new challenge and log in again.")


def _problem(
    code: str, title: tuple[str, str], message: tuple[str, str], remedy: Text, *, status: int = 422
) -> Problem:
    return Problem(f"signature.{code}", status, Text(*title), Text(*message), remedy, _CARD)


_ASKED_FOR = (
    _problem(
        "required",
        ("需要电子签名", "Signature required"),
        ("此操作必须由卡介质电子签名。", "This act must be signed with the card."),
        Text("请插入卡介质，以卡介质登录后再申报。", "Insert the card, log in with it, then send again."),
    ),
    _problem(
        "unavailable",
        ("不能验证签名", "Signatures cannot be verified"),
        ("本系统尚未配置受信任的发证机构。", "This system has no trusted card issuers set up."),
        Text("请联系系统管理员。", "Tell the operator."),
        status=503,
    ),
    _problem(
        "challenge_unknown",
        ("签名原文不存在", "No such statement"),
        ("没有提供过这份签名原文或登录口令。", "No such statement or challenge was offered to you."),
        _ASK_AGAIN,
    ),
    _problem(
        "challenge_expired",
        ("签名原文已过期", "Statement expired"),
        ("签名原文或登录口令已过期。", "The statement or challenge is no longer fresh."),
        _ASK_AGAIN,
    ),
    _problem(
        "replayed",
        ("签名已使用过", "Signature used before"),
        ("这份签名原文或登录口令已经使用过。", "The statement or challenge was used before."),
        _ASK_AGAIN,
    ),
    _problem(
        "card_banned",
        ("卡介质已停用", "Card banned"),
        ("此卡介质已被停用，不能登录或签名。", "This card was banned: it neither logs in nor signs."),
        Text("请联系系统管理员，或使用另一张卡。", "Ask the operator, or use another card."),
    ),
    _problem(
        "other_act",
        ("签名用于其他操作", "Signed for another act"),
        ("签名的操作与所提交的操作不同。", "What was signed is another act than what was sent."),
        _ASK_AGAIN,
    ),
    _problem(
        "other_appointment",
        ("签名用于其他申请", "Signed for another application"),
        ("签名的申请与所提交的申请不同。", "What was signed is another application."),
        _ASK_AGAIN,
    ),
    _problem(
        "other_version",
        ("签名后申请已变动", "Changed since it was signed"),
        ("签名之后，申请已更新到第 {version} 版。", "The application has moved on to version {version} since."),
        _ASK_AGAIN,
    ),
    _problem(
        "content_changed",
        ("提交内容与签名原文不符", "Not what was offered"),
        ("所提交的内容与签名原文不一致。", "What was sent differs from the statement that was offered."),
        _ASK_AGAIN,
    ),
)

_MADE = (
    _problem(
        "malformed",
        ("签名无法读取", "Unreadable signature"),
        ("签名的编码无效。", "The signature is not encoded as it must be."),
        _SOFTWARE,
    ),
    _problem(
        "too_large",
        ("签名过大", "Signature too large"),
        ("签名超过上限 {limit:size}。", "The signature is larger than {limit:size}."),
        _SOFTWARE,
    ),
    _problem(
        "format",
        ("签名格式不符", "Wrong kind of signature"),
        ("签名不是所要求的分离式签名格式。", "The signature is not of the detached form that is asked for."),
        _SOFTWARE,
    ),
    _problem(
        "signers",
        ("签名人数不符", "Not one signer"),
        ("签名必须有且只有一个签名人。", "There must be exactly one signer."),
        _SOFTWARE,
    ),
    _problem(
        "attributes",
        ("签名属性不符", "Wrong signed attributes"),
        ("签名属性缺失、重复或未知。", "Signed attributes are missing, repeated or unknown."),
        _SOFTWARE,
    ),
    _problem(
        "headers",
        ("签名头不符", "Wrong headers"),
        ("签名含有不接受的头参数。", "The signature has header parameters that are not taken."),
        _SOFTWARE,
    ),
    _problem(
        "content_type",
        ("内容类型属性不符", "Wrong content type attribute"),
        ("签名的内容类型属性不是数据。", "The signed content type is not data."),
        _SOFTWARE,
    ),
    _problem(
        "algorithm",
        ("签名算法不接受", "Algorithm not taken"),
        ("签名算法与密钥不符，或不够安全。", "The algorithm does not go with the key, or is too weak."),
        _SOFTWARE,
    ),
    _problem(
        "digest_algorithm",
        ("摘要算法不接受", "Digest not taken"),
        ("摘要算法与密钥不符，或不够安全。", "The digest does not go with the key, or is too weak."),
        _SOFTWARE,
    ),
    _problem(
        "content_differs",
        ("签名与原文不符", "Signed something else"),
        ("所签的内容不是提供的签名原文。", "What was signed is not the statement that was offered."),
        _SIGN_AGAIN,
    ),
    _problem(
        "invalid",
        ("电子签名无效", "Signature invalid"),
        ("电子签名与签名人的证书不符。", "The signature was not made with the certificate's key."),
        _SIGN_AGAIN,
    ),
    _problem(
        "certificate_differs",
        ("签名证书不符", "Another certificate was signed"),
        ("签名中所绑定的证书不是签名人的证书。", "The certificate bound by the signature is not the signer's."),
        _SOFTWARE,
    ),
    _problem(
        "certificate_missing",
        ("缺少签名证书", "Certificate missing"),
        ("签名中没有签名人的证书。", "The signature does not bring its signer's certificate."),
        _SOFTWARE,
    ),
    _problem(
        "purpose",
        ("登录用途不符", "Wrong purpose"),
        ("所签的内容不是本系统的登录口令。", "What was signed is no login challenge of this system."),
        _LOGIN_AGAIN,
    ),
    _problem(
        "origin",
        ("登录网址不符", "Wrong origin"),
        ("登录口令是在另一个网址签的。", "The challenge was signed at another address."),
        Text("请只在本系统的网址登录，谨防假冒网站。", "Log in at this system's own address; beware of impostors."),
    ),
)

_TRUSTED = (
    _problem(
        "self_signed",
        ("证书为自签", "Self-signed certificate"),
        ("证书是自签的，不是发证机构所发。", "The certificate was signed by itself, not by an issuer."),
        _ISSUER,
    ),
    _problem(
        "issuer_unknown",
        ("发证机构未知", "Issuer unknown"),
        ("找不到从证书到受信任根证书的路径。", "No path leads from the certificate to a trusted root."),
        _ISSUER,
    ),
    _problem(
        "untrusted",
        ("证书不可信", "Not trusted"),
        ("证书链验证不通过。", "The chain of certificates does not hold."),
        _ISSUER,
    ),
    _problem(
        "expired",
        ("证书已过期", "Certificate expired"),
        ("证书或其发证机构的证书已过期。", "The certificate, or one above it, has expired."),
        _NEW_CARD,
    ),
    _problem(
        "not_yet_valid",
        ("证书尚未生效", "Not yet valid"),
        ("证书或其发证机构的证书尚未生效。", "The certificate, or one above it, is not valid yet."),
        _NEW_CARD,
    ),
    _problem(
        "revoked",
        ("证书已吊销", "Certificate revoked"),
        ("证书或其发证机构的证书已被吊销。", "The certificate, or one above it, was revoked."),
        _NEW_CARD,
    ),
    _problem(
        "crl_missing",
        ("没有吊销信息", "No revocation list"),
        ("没有可用的吊销列表，无法确认证书有效。", "No revocation list says whether the certificate still holds."),
        _OPERATOR,
    ),
    _problem(
        "crl_stale",
        ("吊销信息过期", "Revocation list too old"),
        ("吊销列表已过期，无法确认证书有效。", "The revocation list is too old to say whether the certificate holds."),
        _OPERATOR,
    ),
    _problem(
        "extension_unknown",
        ("证书含未知要求", "Unknown critical extension"),
        ("证书含有无法理解的关键扩展。", "The certificate has a critical extension that is not understood."),
        _ISSUER,
    ),
    _problem(
        "key_usage",
        ("证书用途不符", "Wrong key usage"),
        ("证书的密钥用途不允许此操作。", "The certificate's key may not be used for this."),
        _SIGN_AGAIN,
    ),
    _problem(
        "login_key",
        ("用登录密钥签名", "Signed with the login key"),
        ("登录证书不能用于申报签名。", "The login certificate must not sign what is declared."),
        Text("请选择卡介质中的签名证书。", "Choose the card's signing certificate."),
    ),
    _problem(
        "signing_key",
        ("用签名密钥登录", "Logged in with the signing key"),
        ("签名证书不能用于登录。", "The signing certificate must not be used to log in."),
        Text("请选择卡介质中的登录证书。", "Choose the card's login certificate."),
    ),
    _problem(
        "holder_unnamed",
        ("证书没有企业编码", "No enterprise named"),
        ("证书没有写明持卡企业的海关编码。", "The certificate does not name its holder's customs code."),
        _NEW_CARD,
    ),
    _problem(
        "other_enterprise",
        ("非本企业的卡介质", "Another enterprise's card"),
        ("卡介质属于其他企业。", "The card belongs to another enterprise."),
        Text("请使用本企业的卡介质。", "Use your own enterprise's card."),
    ),
)

PROBLEMS: tuple[Problem, ...] = (*_ASKED_FOR, *_MADE, *_TRUSTED)
