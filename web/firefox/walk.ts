/**
 * The broker's core walk in a real Firefox, driven over WebDriver BiDi: logging in, an application by keyboard alone,
 * one question before it is declared, its approval, the bell, the query, and logging out.
 *
 *   node walk.ts READY_FILE START CONSIGNEE FIREFOX     START as it is typed into 预约通关时间
 *
 * Prints a line for each step that holds; ends with 1 at the first that does not, and says what the page shows.
 */
import { readFileSync } from 'node:fs'
import puppeteer, { type Page } from 'puppeteer-core'

const [readyFile = '', start = '', consignee = '', firefox = ''] = process.argv.slice(2)
const LIMIT_MS = 60_000

type Kept = Window & { captcha?: string }

interface Ready {
  api: string
  users: { general: [string, string] }
}

const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as Ready
const [name, password] = ready.users.general

function by(role: string, name: string): string {
  return `::-p-aria([name="${name}"][role="${role}"])`
}

async function shows(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector, { visible: true, timeout: LIMIT_MS })
}

/** Asks again until the answer is yes: what Puppeteer itself waits with, the page's policy forbids. */
async function until(ask: () => Promise<boolean>): Promise<void> {
  const giveUp = Date.now() + LIMIT_MS
  while (!await ask()) {
    if (Date.now() > giveUp) throw new Error(`not within ${LIMIT_MS} ms: ${String(ask)}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}

async function holds(page: Page, field: string, value: string): Promise<void> {
  await shows(page, field)
  await until(async () => await page.$eval(field, (each) => (each as HTMLInputElement).value) === value)
}

async function focused(page: Page, selector: string): Promise<void> {
  await shows(page, selector)
  await until(() => page.$eval(selector, (element) => element === document.activeElement))
}

async function gone(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector, { hidden: true, timeout: LIMIT_MS })
}

async function type(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
  }
}

async function chord(page: Page, held: 'Alt' | 'Control' | 'Shift', key: 's' | 'd' | 'y' | 'n') {
  await page.keyboard.down(held)
  await page.keyboard.press(key)
  await page.keyboard.up(held)
}

/** Opens the list that has the cursor and takes its first entry, then goes on. */
async function takeFirst(page: Page): Promise<void> {
  await page.keyboard.press(' ')
  await shows(page, '::-p-aria([role="option"])')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
}

/** Runs in the page: Firefox ESR 140 cannot be asked for the body of an answer from outside. */
function keepCaptcha(): void {
  const call = window.fetch.bind(window)
  window.fetch = async (...asked) => {
    const answer = await call(...asked)
    if (answer.url.endsWith('/api/v1/captcha')) {
      const drawn = await answer.clone().json() as { sandbox_answer: string }
      ;(window as Kept).captcha = drawn.sandbox_answer
    }
    return answer
  }
}

async function logIn(page: Page): Promise<void> {
  const { identifier } = await page.evaluateOnNewDocument(keepCaptcha)
  await page.goto(`${ready.api}/login`)
  await focused(page, by('textbox', '用户名'))
  await until(() => page.evaluate(() => (window as Kept).captcha !== undefined))
  await type(page, name, password, await page.evaluate(() => (window as Kept).captcha ?? ''))
  await shows(page, by('button', '退出登录'))
  await page.removeScriptToEvaluateOnNewDocument(identifier)
}

async function fillIn(page: Page): Promise<void> {
  await page.goto(`${ready.api}/apply`)
  await shows(page, by('button', '预约申报'))
  await page.focus('[data-field=consignee_code] input')
  await type(page, consignee, '王小明', '13800138000', '2233', '', 'pdjc', '')
  await takeFirst(page)
  await page.keyboard.press(' ')
  await page.keyboard.press('Enter')
  await type(page, start)
  await takeFirst(page)
  await page.keyboard.type('鲜活货物夜间到港')
  await page.focus('[data-field=goods] input')
  await type(page, '0301', '')
  await page.keyboard.press('Enter')
  await shows(page, by('button', '修改第 1 行'))
}

async function save(page: Page): Promise<string> {
  await chord(page, 'Alt', 's')
  await until(() => page.evaluate(() => /\/apply\/\d{18}$/.test(location.pathname)))
  return page.evaluate(() => location.pathname.slice(-18))
}

/** The question's cursor is on 返回: Enter takes nothing back and sends nothing. */
async function declare(page: Page): Promise<void> {
  await chord(page, 'Alt', 'd')
  await shows(page, '::-p-aria([role="dialog"])')
  await focused(page, by('button', '返回'))
  await page.keyboard.press('Enter')
  await gone(page, '::-p-aria([role="dialog"])')
  await holds(page, by('textbox', '申请状态'), '暂存')
  await chord(page, 'Alt', 'd')
  await shows(page, '::-p-aria([role="dialog"])')
  await chord(page, 'Alt', 'y')
  await holds(page, by('textbox', '申请状态'), '预约成功')
}

async function find(page: Page, number: string): Promise<void> {
  await page.goto(`${ready.api}/query?party=A&pre_entry_no=${number}`)
  await shows(page, by('link', number))
  await chord(page, 'Alt', 'n')
  await shows(page, by('dialog', '通知'))
  await page.keyboard.press('Escape')
  await gone(page, by('dialog', '通知'))
}

async function logOut(page: Page): Promise<void> {
  await (await page.waitForSelector(by('button', '退出登录')))?.click()
  await shows(page, by('textbox', '用户名'))
}

/** Not what Puppeteer itself does in a page that is just being left, nor that a stream ends with its page. */
function isOurs(error: unknown): boolean {
  const told = error instanceof Error ? `${error.message} ${error.stack ?? ''}` : String(error)
  return told.includes('/assets/') && !told.includes('was interrupted while')
}

// Firefox ESR 140 does not know one of the commands of `page.setViewport`: the window has its size from the start.
const browser = await puppeteer.launch({
  browser: 'firefox', executablePath: firefox, headless: true, defaultViewport: null,
  args: ['--width=1366', '--height=900'],
})
const page = await browser.newPage()
const faults: string[] = []
page.on('pageerror', (error) => {
  if (isOurs(error)) faults.push(String(error))
})

try {
  console.log(await browser.version())
  await logIn(page)
  console.log('logged in by keyboard')
  await fillIn(page)
  console.log('filled in by keyboard')
  const number = await save(page)
  console.log(`saved as ${number}`)
  await declare(page)
  console.log('declared after one question, approved')
  await find(page, number)
  console.log('found, and told of')
  await logOut(page)
  console.log('logged out')
  if (faults.length > 0) throw new Error(faults.join('\n'))
} catch (error) {
  console.error(error)
  console.error(await page.evaluate(() => document.body.innerText))
  await page.screenshot({ path: `${readyFile}.png` })
  process.exitCode = 1
} finally {
  await browser.close()
}
