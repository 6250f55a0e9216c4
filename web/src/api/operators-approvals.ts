/** Acts that one operator asked for and another one confirms. */
import { api, call } from './client'
import type { components } from './schema'

export type Approval = components['schemas']['ApprovalView']
export type Approvals = components['schemas']['ApprovalsView']
export type Confirmed = components['schemas']['ConfirmedView']

const ONE = '/ops/v1/approvals/{approval_id}'

export async function approvals(cursor?: string): Promise<Approvals> {
  return call(() => api.GET('/ops/v1/approvals', { params: { query: cursor ? { cursor } : {} } }))
}

/** Carries out the act at once; asked again, it finishes what was left open. */
export async function confirmApproval(id: string): Promise<Confirmed> {
  return call(() => api.POST(`${ONE}/confirmation`, { params: { path: { approval_id: id } } }))
}

export async function rejectApproval(id: string, reason: string): Promise<void> {
  await call(() => api.POST(`${ONE}/rejection`, { body: { reason }, params: { path: { approval_id: id } } }))
}
