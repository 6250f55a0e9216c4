/** Logging in and out, and who one is: http-api.md, Identity. A refused login renews nothing: it is an answer. */
import { api, call, callOnce } from './client'
import type { components } from './schema'

export type Captcha = components['schemas']['CaptchaView']
export type Credentials = components['schemas']['LoginBody']

/** `notices`: what prevents a new application, with what may still be done. */
export type Principal = components['schemas']['PrincipalView']

export async function captcha(): Promise<Captcha> {
  return call(() => api.GET('/api/v1/captcha'))
}

export async function logIn(body: Credentials): Promise<Principal> {
  return (await callOnce(() => api.POST('/api/v1/session', { body }))).data as Principal
}

export async function whoAmI(): Promise<Principal> {
  return (await callOnce(() => api.GET('/api/v1/session'))).data as Principal
}

export async function logOut(): Promise<void> {
  await callOnce(() => api.DELETE('/api/v1/session'))
}
