import { expect, it } from 'vitest'
import type { Appointment } from '@/api/appointments'
import type { Purpose } from '@/api/drafts'
import { earlyExplanation, missingFiles } from './warnings'

const END = '2026-11-28T22:00:00+08:00'
const view = { window_end: END } as Appointment

it('warns of an explanation until the window has passed', () => {
  expect(earlyExplanation(view, Date.parse(END) - 1)).toEqual([expect.stringContaining('2026-11-28 22:00')])
  expect(earlyExplanation(view, Date.parse(END))).toEqual([])
  expect(earlyExplanation(undefined, 0)).toEqual([])
})

it('names the files that do not go along with this act of this application', () => {
  const upload = (name: string, fault: string, number: string, purpose: Purpose) =>
    ({ id: 1, number, purpose, file: new File([], name), name, percent: 0, fault })
  const uploads = [
    upload('在途.pdf', '', '1', 'application'),
    upload('退回.pdf', '不是 PDF', '1', 'application'),
    upload('说明.pdf', '', '1', 'explanation'),
    upload('别的.pdf', '', '2', 'application'),
  ]
  expect(missingFiles(uploads, '1', 'application')).toEqual([
    '将不带附件 在途.pdf 申报：该附件仍在上传。', '将不带附件 退回.pdf 申报：该附件未能上传。',
  ])
  expect(missingFiles(uploads, '1', 'explanation')).toEqual(['将不带附件 说明.pdf 发送：该附件仍在上传。'])
})
