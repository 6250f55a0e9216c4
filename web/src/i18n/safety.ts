/** The words of what is asked before something is final, or left behind. */

export const zh = {
  'ask.keys': 'Alt+Y {act} · Esc 返回',
  'ask.typing': '您仍在录入，未执行“{act}”。录入完后请再操作一次。',

  'unsaved.title': '有内容尚未保存，仍要离开？',
  'unsaved.leave': '录入的内容或正在上传的附件尚未保存，离开本页后可能丢失。',
  'unsaved.logout': '录入的内容或正在上传的附件尚未保存，退出登录后即丢失。',
  'unsaved.go': '离开',

  'warning.file.sending': '将不带附件 {name} {act}：该附件仍在上传。',
  'warning.file.refused': '将不带附件 {name} {act}：该附件未能上传。',
  'warning.act.application': '申报',
  'warning.act.explanation': '发送',
  'warning.early': '预约通关时间至 {end} 才结束，情况说明只能发送一次，请确认现在就要发送。',
} as const

export const en: Record<keyof typeof zh, string> = {
  'ask.keys': 'Alt+Y {act} · Esc back',
  'ask.typing': 'You are still typing, so this was not done: {act}. Ask for it again when you have finished.',

  'unsaved.title': 'Something is not saved. Leave anyway?',
  'unsaved.leave': 'What you typed, or a file being uploaded, is not saved and may be lost when you leave this page.',
  'unsaved.logout': 'What you typed, or a file being uploaded, is not saved and will be lost when you log out.',
  'unsaved.go': 'Leave',

  'warning.file.sending': 'Attachment {name} will not be included: it is still being uploaded.',
  'warning.file.refused': 'Attachment {name} will not be included: its upload failed.',
  'warning.act.application': 'submit',
  'warning.act.explanation': 'send',
  'warning.early': 'The window lasts until {end}. The explanation can be sent only once: do you want to send it now?',
}
