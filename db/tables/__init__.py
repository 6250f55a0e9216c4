"""All tables; importing this package completes ``METADATA``."""

from db.tables.appointments import AppointmentRow, ClaimRow, DeliveryRow
from db.tables.approvals import ApprovalRow
from db.tables.audit import AuditLinkRow
from db.tables.base import METADATA, Table
from db.tables.batches import BatchRow
from db.tables.calendar import (
    CalendarChangeRow,
    CalendarDayRow,
    CalendarYearRow,
    HoursNoticeRow,
    OverrideRow,
    WeeklyPlanRow,
)
from db.tables.command_addresses import CommandAddressRow
from db.tables.documents import AttachmentRow, StoredFileRow
from db.tables.events import ContentRow, EventRow
from db.tables.feeds import CalendarFeedRow
from db.tables.figures import FigureRow
from db.tables.health import HealthRunRow
from db.tables.keys import ApiKeyRow, SealKeyRow
from db.tables.known_declarations import DeclarationSearchRow, KnownDeclarationRow
from db.tables.notification_channels import (
    NotificationChannelRow,
    NotificationDeliveryRow,
    NotificationTimesRow,
)
from db.tables.notifications import NotificationReadRow, NotificationRow
from db.tables.operator_acts import OperatorActRow
from db.tables.people import AccessRow, AttemptRow, BannedCardRow, CaptchaRow, CardGrantRow, SessionRow, UserRow
from db.tables.personal_digests import PersonalDigestRow
from db.tables.preferences import PreferenceRow
from db.tables.published_events import PublishedEventRow, PublishedHeadRow
from db.tables.receipt_pulls import ReceiptPullRow
from db.tables.receipts import ReceiptRow
from db.tables.refused_commands import RefusedCommandRow
from db.tables.register import EnterpriseRow, HsCodeRow, PortRow, ReferenceListRow
from db.tables.register_changes import RegisterChangeEntryRow, RegisterChangeRow
from db.tables.search import NumberRow, SearchRow
from db.tables.signatures import ChallengeRow, EvidenceRow, SignatureRow
from db.tables.system_counts import SystemCountRow, SystemFindingRow
from db.tables.templates import TemplateRow
from db.tables.unknown_outcomes import UnknownOutcomeRow
from db.tables.webhooks import WebhookAttemptRow, WebhookDeliveryRow, WebhookEndpointRow

__all__ = [
    "METADATA",
    "AccessRow",
    "ApiKeyRow",
    "AppointmentRow",
    "ApprovalRow",
    "AttachmentRow",
    "AttemptRow",
    "AuditLinkRow",
    "BannedCardRow",
    "BatchRow",
    "CalendarChangeRow",
    "CalendarDayRow",
    "CalendarFeedRow",
    "CalendarYearRow",
    "CaptchaRow",
    "CardGrantRow",
    "ChallengeRow",
    "ClaimRow",
    "CommandAddressRow",
    "ContentRow",
    "DeclarationSearchRow",
    "DeliveryRow",
    "EnterpriseRow",
    "EventRow",
    "EvidenceRow",
    "FigureRow",
    "HealthRunRow",
    "HoursNoticeRow",
    "HsCodeRow",
    "KnownDeclarationRow",
    "NotificationChannelRow",
    "NotificationDeliveryRow",
    "NotificationReadRow",
    "NotificationRow",
    "NotificationTimesRow",
    "NumberRow",
    "OperatorActRow",
    "OverrideRow",
    "PersonalDigestRow",
    "PortRow",
    "PreferenceRow",
    "PublishedEventRow",
    "PublishedHeadRow",
    "ReceiptPullRow",
    "ReceiptRow",
    "ReferenceListRow",
    "RefusedCommandRow",
    "RegisterChangeEntryRow",
    "RegisterChangeRow",
    "SealKeyRow",
    "SearchRow",
    "SessionRow",
    "SignatureRow",
    "StoredFileRow",
    "SystemCountRow",
    "SystemFindingRow",
    "Table",
    "TemplateRow",
    "UnknownOutcomeRow",
    "UserRow",
    "WebhookAttemptRow",
    "WebhookDeliveryRow",
    "WebhookEndpointRow",
    "WeeklyPlanRow",
]
