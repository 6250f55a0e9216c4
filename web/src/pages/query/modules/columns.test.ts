import { beforeEach, describe, expect, it, vi } from 'vitest'
import { row } from './rows.fixture'

beforeEach(() => {
  localStorage.clear()
  vi.resetModules()
})

describe('columns', () => {
  it('are remembered by name alone, in the order of the export', async () => {
    const { useColumns } = await import('./columns')
    useColumns().show(['declarations', 'consignee'])
    expect(localStorage.getItem('yuyue.columns')).toBe('declarations consignee')
    vi.resetModules()
    const again = await import('./columns')
    expect(again.useColumns().columns.value).toEqual(['pre_entry_no', 'state', 'consignee', 'declarations'])
  })

  it('are the usual ones when what is remembered makes no sense', async () => {
    localStorage.setItem('yuyue.columns', '<img> constructor')
    const { useColumns } = await import('./columns')
    expect(useColumns().columns.value).toContain('window_start')
  })

  it('show instants on a Shanghai clock and absence as nothing', async () => {
    const { cell } = await import('./columns')
    const submitted = row(1, { submitted_at: '2026-11-28T12:00:00Z' })
    expect([cell(submitted, 'submitted_at'), cell(submitted, 'consignee')]).toEqual(['2026-11-28 20:00', ''])
  })
})
