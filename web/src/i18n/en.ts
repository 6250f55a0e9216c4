import { en as acts } from './acts'
import { en as apply } from './apply'
import { en as calendar } from './calendar'
import { en as batch } from './batch'
import { en as card } from './card'
import { en as frame } from './frame'
import { en as home } from './home'
import { en as hours } from './hours'
import { en as notifications } from './notifications'
import { en as people } from './people'
import { en as query } from './query'
import { en as safety } from './safety'
import { en as templates } from './templates'
import type { Key } from './zh'

/** English. */
export const en: Record<Key, string> = {
  'app.name': 'Clearance appointments',
  'app.main': 'Main content',
  'app.menu': 'Menu',
  'app.language': '中文',
  'app.keyboard': 'Keyboard',
  'app.logout': 'Log out',
  'app.skip': 'Skip to content',
  'app.confirm': 'OK',
  'app.cancel': 'Back',
  'app.waiting': 'No answer from the server yet. Keep waiting, or ask again: each action takes effect only once.',
  'app.again': 'Ask again',
  'app.unreached':
    'The server cannot be reached. Nothing you entered is lost; once it is back, press the same button again: '
    + 'it takes effect only once.',
  'app.loading': 'Loading',

  'menu.apply': 'Application',
  'menu.batch': 'Batch application',
  'menu.query': 'Queries',
  'menu.appointments': 'Appointments',
  'menu.hours': 'Port working hours',

  'login.title': 'Log in',
  'login.password.tab': 'Account',
  'login.card.tab': 'Card',
  'login.username': 'User name',
  'login.password': 'Password',
  'login.captcha': 'Captcha',
  'login.captcha.image': 'Captcha image',
  'login.captcha.other': 'Another image',
  'login.submit': 'Log in',
  'login.again': 'Your session has ended. Log in again: nothing you entered is lost.',
  'login.other': 'Log in with the same account, or discard what is not saved.',
  'login.discard': 'Discard what is not saved',
  'login.capslock': 'Caps Lock is on',

  'dishonest.title': 'Dishonest enterprises may not apply (失信企业不允许操作)',
  'dishonest.still':
    'No new applications. You may still query, cancel, feed back declaration numbers and send an explanation.',

  'problem.unreachable': 'The server cannot be reached. Check the network.',
  'problem.unknown':
    'The outcome is unknown: the action may have taken effect. Press the same button again; '
    + 'it takes effect only once.',

  'keys.title': 'Keyboard',
  'keys.key': 'Key',
  'keys.does': 'What it does',
  'keys.cancel': 'Cancel appointment',
  'keys.progress': 'Show progress',
  'keys.help': 'Open this table (? only outside a field)',
  'keys.days': 'In the calendar: one day or week back or forward',
  'keys.months': 'In the calendar: one month back or forward',
  'keys.years': 'In the calendar: one year back or forward',
  'keys.week': 'In the calendar: first or last day of the week',
  'keys.group.fields': 'Between fields',
  'keys.group.lists': 'Lists and tables',
  'keys.group.calendar': 'Calendar',
  'keys.group.acts': 'Actions',
  'keys.group.asked': 'Questions and help',
  'keys.others':
    'Every other button and link can be reached with Tab and pressed with Enter or Space. '
    + 'Final actions ask first, with the cursor on "Back".',
  'keys.tab': 'Next field',
  'keys.enter': 'Next field; take the highlighted entry of a list; put goods or a declaration number into the table',
  'keys.back': 'Previous field',
  'keys.onward': 'Next field, from a text of several lines (where Enter starts a new line)',
  'keys.arrows': 'Choose in a list',
  'keys.calendar': 'Open the calendar of a date field',
  'keys.grid': 'Same column of the row above or below, in a table',
  'keys.space': 'Open a list',
  'keys.backspace': 'Clear the field',
  'keys.area': 'Next area',
  'keys.save': 'Save',
  'keys.template': 'New from template',
  'keys.keep-template': 'Save as template',
  'keys.copy': 'Copy: the row with the cursor, or the open application',
  'keys.clear': 'Clear what was filled in for you',
  'keys.star': 'In a list: add the highlighted consignee or port to the favourites, or remove it',
  'keys.remove': 'Delete',
  'keys.print': 'Print',
  'keys.notifications': 'Open the notifications',
  'keys.declare': 'Submit',
  'keys.confirm': 'In a question: do what it asks',
  'keys.escape': 'Close the question or window',
  'keys.rows': 'Walk through the rows of a result; to the first or last',
  'keys.row': 'On a row of a result: open it, select it',
  ...calendar,
  ...card,
  ...frame,
  ...hours,
  ...people,
  ...query,
  ...templates,
  ...notifications,
  ...safety,
  ...home,
  ...apply,
  ...batch,
  ...acts,
}
