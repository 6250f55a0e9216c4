/** 上传 PDF, with its progress: `fetch` reports none, so this one call uses XMLHttpRequest. */
import { api, call } from './client'
import type { Purpose } from './drafts'
import { sendWithRetry } from './waiting'

type OnProgress = (percent: number) => void

export const attach = (number: string, file: File, purpose: Purpose, key: string, onProgress: OnProgress) =>
  call(() => {
    const form = new FormData()
    form.append('purpose', purpose)
    form.append('file', file)
    return api.POST('/api/v1/appointments/{pre_entry_no}/attachments', {
      params: { path: { pre_entry_no: number }, header: { 'idempotency-key': key } },
      // The form goes as it is: its parts are not what the document's types can say.
      body: form as never,
      bodySerializer: () => form,
      fetch: (request) => sendWithRetry((cancelled, sign) => sent(request, form, cancelled, (percent) => {
        sign()
        onProgress(percent)
      })),
    })
  })

/** As `fetch` would, with the same headers and the same failures. */
function sent(request: Request, form: FormData, cancelled: AbortSignal, onProgress: OnProgress): Promise<Response> {
  return new Promise((done, failed) => {
    const call = new XMLHttpRequest()
    call.open(request.method, request.url)
    request.headers.forEach((value, name) => name === 'content-type' || call.setRequestHeader(name, value))
    call.upload.addEventListener('progress', ({ loaded, total }) => onProgress(Math.floor(loaded / total * 100)))
    call.addEventListener('load', () => done(answer(call)))
    call.addEventListener('error', () => failed(new TypeError('the upload reached nobody')))
    call.addEventListener('abort', () => failed(cancelled.reason as Error))
    cancelled.addEventListener('abort', () => call.abort())
    call.send(form)
  })
}

function answer(call: XMLHttpRequest): Response {
  const lines = call.getAllResponseHeaders().trim().split(/\r?\n/)
  const headers = new Headers(lines.map((line) => line.split(/:\s*/, 2) as [string, string]))
  return new Response(call.responseText, { status: call.status, headers })
}
