import { zh as acts } from './acts'
import { zh as apply } from './apply'
import { zh as calendar } from './calendar'
import { zh as batch } from './batch'
import { zh as card } from './card'
import { zh as frame } from './frame'
import { zh as home } from './home'
import { zh as hours } from './hours'
import { zh as notifications } from './notifications'
import { zh as people } from './people'
import { zh as query } from './query'
import { zh as safety } from './safety'
import { zh as templates } from './templates'

/** 中文。菜单、字段、按钮的用词与用户手册一致。 */
export const zh = {
  'app.name': '预约通关',
  'app.main': '主要内容',
  'app.menu': '菜单',
  'app.language': 'English',
  'app.keyboard': '键盘操作',
  'app.logout': '退出登录',
  'app.skip': '跳到内容',
  'app.confirm': '确定',
  'app.cancel': '返回',
  'app.waiting': '服务器还没有答复。可以继续等待，也可以重新请求：同一操作只会生效一次。',
  'app.again': '重新请求',
  'app.unreached': '无法连接服务器。录入的内容都已保留；恢复连接后请再按一次原来的按钮，只会生效一次。',
  'app.loading': '正在加载',

  'menu.apply': '预约申请',
  'menu.batch': '批量预约',
  'menu.query': '预约查询',
  'menu.appointments': '预约通关查询',
  'menu.hours': '口岸工作时间查询',

  'login.title': '用户登录',
  'login.password.tab': '账号登录',
  'login.card.tab': '卡介质',
  'login.username': '用户名',
  'login.password': '密码',
  'login.captcha': '验证码',
  'login.captcha.image': '验证码图片',
  'login.captcha.other': '换一张',
  'login.submit': '登录',
  'login.again': '登录已失效，请重新登录。您填写的内容没有丢失。',
  'login.other': '请以原账号登录，否则放弃未保存的内容。',
  'login.discard': '放弃未保存的内容',
  'login.capslock': '大写锁定已打开',

  'dishonest.title': '失信企业不允许操作',
  'dishonest.still': '不能新增预约。仍可查询、取消已有预约，反馈报关单号，提交情况说明。',

  'problem.unreachable': '无法连接服务器，请检查网络。',
  'problem.unknown': '结果未知：操作可能已经生效。请再按一次同一按钮，不会重复生效。',

  'keys.title': '键盘操作',
  'keys.key': '按键',
  'keys.does': '作用',
  'keys.cancel': '取消预约',
  'keys.progress': '查看进度',
  'keys.help': '打开本表（? 在录入框之外）',
  'keys.days': '日历中移动一天、一周',
  'keys.months': '日历中移动一个月',
  'keys.years': '日历中移动一年',
  'keys.week': '日历中移到本周的第一天、最后一天',
  'keys.group.fields': '在录入框之间',
  'keys.group.lists': '下拉菜单和表格',
  'keys.group.calendar': '日历',
  'keys.group.acts': '操作',
  'keys.group.asked': '提问与帮助',
  'keys.others': '其他按钮和链接都可以用 Tab 到达，用 Enter 或空格执行。最终操作都会先提问，焦点在“返回”。',
  'keys.tab': '跳到下一字段',
  'keys.enter': '跳到下一录入框；选中下拉菜单中的参数；将录入的商品或报关单号填入列表',
  'keys.back': '跳到上一个字段',
  'keys.onward': '从多行文本跳到下一录入框（其中 Enter 为换行）',
  'keys.arrows': '在下拉菜单中选择参数',
  'keys.calendar': '在日期栏中打开日历',
  'keys.grid': '上、下一行的同一列（表格中）',
  'keys.space': '打开下拉菜单',
  'keys.backspace': '删除当前录入框中的内容',
  'keys.area': '切换到下一区域',
  'keys.save': '暂存',
  'keys.template': '从模板新建',
  'keys.keep-template': '存为模板',
  'keys.copy': '复制：光标所在的行，或打开的申请',
  'keys.clear': '清空预填的内容',
  'keys.star': '在下拉菜单中收藏或取消收藏所选的收发货人、口岸',
  'keys.remove': '删除',
  'keys.print': '打印',
  'keys.notifications': '打开通知',
  'keys.declare': '预约申报',
  'keys.confirm': '在提问中执行所问的操作',
  'keys.escape': '关闭提问或窗口',
  'keys.rows': '在查询结果中逐行移动，到首行、末行',
  'keys.row': '在查询结果的一行上：打开，选择',
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
} as const

export type Key = keyof typeof zh
