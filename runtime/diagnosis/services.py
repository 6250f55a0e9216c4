"""Errors of the servers we use: Temporal and the object store."""

from collections.abc import Mapping

from temporalio.service import RPCError, RPCStatusCode

from runtime.diagnosis.words import Diagnosis, first_line
from runtime.temporal import config, lacks_attributes, lacks_namespace
from workflows.contracts import SEARCH_ATTRIBUTES

_REFUSED = {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED}
_AWAY = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}


def temporal_away() -> Diagnosis:
    """Returns the diagnosis that Temporal does not answer at the address of its settings."""
    address = config()["target_host"]
    return Diagnosis(
        f"无法连接 Temporal（{address}），请启动 Temporal，或检查 TEMPORAL_ADDRESS 和 TEMPORAL_TLS_…",
        f"Temporal cannot be reached at {address}: start it, or check TEMPORAL_ADDRESS and TEMPORAL_TLS_…",
    )


def explain_rpc(error: RPCError) -> Diagnosis:
    """Returns the diagnosis of a call that Temporal refused or did not answer."""
    if error.status in _AWAY:
        return temporal_away()
    if error.status in _REFUSED:
        return Diagnosis(
            "Temporal 拒绝了本进程的身份，请检查 TEMPORAL_API_KEY、TEMPORAL_TLS_… 和命名空间的授权",
            "Temporal refuses this process: check TEMPORAL_API_KEY, TEMPORAL_TLS_… and its rights in the namespace",
        )
    if lacks_namespace(error):
        return no_namespace()
    if lacks_attributes(error):
        return no_attributes(SEARCH_ATTRIBUTES)
    said = f"{error.status.name}: {first_line(error)}"
    return Diagnosis(
        f"Temporal 拒绝了请求，请查看其日志：{said}", f"Temporal refused the call, look at its logs: {said}"
    )


def no_namespace() -> Diagnosis:
    """Returns the diagnosis that Temporal does not know the namespace of the settings."""
    name = config()["namespace"]
    command = f"temporal operator namespace create --namespace {name}"
    return Diagnosis(
        f"Temporal 没有命名空间 {name}，请创建（{command}），或检查 TEMPORAL_NAMESPACE",
        f"Temporal has no namespace {name}: make it (`{command}`), or check TEMPORAL_NAMESPACE",
    )


def no_attributes(missing: Mapping[str, str]) -> Diagnosis:
    """Returns the diagnosis that the namespace lacks our search attributes (name → type); one that is there stays."""
    names = " ".join(f"--name {name} --type {kind}" for name, kind in missing.items())
    command = f"temporal operator search-attribute create --namespace {config()['namespace']} {names}"
    return Diagnosis(
        f"Temporal 命名空间缺少搜索属性，请先执行 {command}",
        f"the Temporal namespace lacks search attributes: run `{command}` first",
    )


def explain_objects(error: Exception) -> Diagnosis:
    """Returns the diagnosis of an object store that is away or refuses us."""
    said = first_line(error)
    return Diagnosis(
        f"无法访问附件存储，请检查 YUYUE_OBJECTS_URL、AWS_… 与存储服务：{said}",
        f"the object store cannot be used: check YUYUE_OBJECTS_URL, AWS_… and the store itself: {said}",
    )
