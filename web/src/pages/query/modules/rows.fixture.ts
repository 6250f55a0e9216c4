import type { Row } from '@/api/query'

/** A row as the API gives it, the newer the higher its number. */
export function row(number: number, more: Partial<Row> = {}): Row {
  const created = new Date(Date.UTC(2026, 10, 28) + number * 60_000).toISOString()
  return {
    pre_entry_no: String(202600000000000000n + BigInt(number)), application_no: null, version: 1,
    state: 'draft', state_code: 'A', state_label: '暂存',
    applicant: { code: '3122260002', uscc: null, ciq_code: null, name: '示例报关' }, consignee: null,
    content: {
      consignee_code: null, contact_name: null, contact_mobile: null, declaration_port: null, entry_exit_port: null,
      transport_mode: null, direction: null, window_start: null, reason: null, reason_category: null,
    },
    window_end: null, credit_level: null, submitted_at: null, approved_at: null, cancelled_at: null,
    created_at: created, updated_at: created, created_by: null, submitted_by: null,
    attachments: [], notices: [], deadlines: { submit_by: null, cancel_before: null, feedback_by: null },
    declarations: [],
    explanation: { status: 'unavailable', sent_at: null, text: null, attachment_id: null, refusal_reason: null },
    duty_contact: null, return_reason: null, attention: [], permitted_actions: [], blocked_by: null, copied_from: null,
    policy_version: '1', ...more,
  }
}
