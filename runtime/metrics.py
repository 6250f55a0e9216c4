"""Counters and durations for Prometheus; labels are routes, commands and codes, never a number or a name."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One per process, with a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.requests = Histogram(
            "yuyue_http_request_seconds",
            "HTTP requests by route and status",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.commands = Counter(
            "yuyue_commands", "Commands by name and outcome", ("command", "outcome"), registry=self.registry
        )
        self.receipts = Counter(
            "yuyue_receipts", "Receipts of customs by what became of them", ("outcome",), registry=self.registry
        )
        self.unsettled_receipts = Gauge(
            "yuyue_receipts_unsettled", "Receipts stored and not yet settled", registry=self.registry
        )
        self.waiting_hours_notices = Gauge(
            "yuyue_hours_notices_waiting",
            "Appointments whose parties have no notice yet that their port changed its hours",
            registry=self.registry,
        )
        self.waiting, self.undelivered_messages = _waiting(self.registry), _undelivered(self.registry)
        self.stuck_workflows = Gauge(
            "yuyue_workflows_standing_still",
            "Workflows whose tasks fail again and again, so that nothing reaches them; NaN: nobody can tell",
            registry=self.registry,
        )
        self.missing_workflows = Gauge(
            "yuyue_workflows_missing",
            "Open appointments whose workflow is gone, 1000 at most; NaN: nobody has counted yet",
            registry=self.registry,
        )
        self.calendar_gaps = _calendar_gaps(self.registry)
        self.client_certificate_days, self.credentials_unusable = _credentials(self.registry)
        self.box_files, self.box_seconds = _boxes(self.registry)
        self.failing_webhooks = _failing_webhooks(self.registry)
        self.counted_at = Gauge(
            "yuyue_counted_timestamp_seconds",
            "When a worker took this count last, in seconds since 1970; 0: nobody can tell",
            ("count",),
            registry=self.registry,
        )

    def page(self) -> bytes:
        """Returns all metrics in the text format of Prometheus."""
        return generate_latest(self.registry)


def _credentials(registry: CollectorRegistry) -> tuple[Gauge, Gauge]:
    """Returns the gauges of our credentials at customs."""
    days = "Whole days until our client certificate at customs ends; NaN: there is none, or it cannot be used"
    unusable = "Files with our credentials at customs that cannot be used; the last good ones are, where there are any"
    return (
        Gauge("yuyue_customs_client_certificate_days", days, registry=registry),
        Gauge("yuyue_customs_credentials_unusable", unusable, registry=registry),
    )


def _calendar_gaps(registry: CollectorRegistry) -> Gauge:
    """Returns the gauge of dates that nobody has given working hours."""
    text = "Years not published, and ports without working hours, among the dates needed soon"
    return Gauge("yuyue_calendar_gaps", text, ("kind",), registry=registry)


def _failing_webhooks(registry: CollectorRegistry) -> Gauge:
    """Returns the gauge of the receivers that the doctor names."""
    text = "Receivers of enterprises that take no events, or were paused for it; NaN: the database is away"
    return Gauge("yuyue_webhooks_failing", text, registry=registry)


def _undelivered(registry: CollectorRegistry) -> Gauge:
    """Returns the gauge of messages to people that wait for a server."""
    text = "Messages to people by mail, robot or SMS that should have left"
    return Gauge("yuyue_messages_undelivered", text, registry=registry)


def _waiting(registry: CollectorRegistry) -> Gauge:
    """Returns the gauge of the counts that the page of today shows."""
    text = "Cases, messages and receipts that wait for a person, by kind; NaN: the database is away"
    return Gauge("yuyue_waiting", text, ("kind",), registry=registry)


def _boxes(registry: CollectorRegistry) -> tuple[Gauge, Gauge]:
    """Returns the gauges of the files by which messages travel: how many, and the age of the oldest in seconds."""
    number = "Files in a box of the channels directory and sftp; NaN: nobody can tell"
    age = "Age of the oldest file in that box; NaN: nobody can tell"
    return (
        Gauge("yuyue_customs_box_files", number, ("box",), registry=registry),
        Gauge("yuyue_customs_box_oldest_seconds", age, ("box",), registry=registry),
    )
