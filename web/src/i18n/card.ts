/** 卡介质：登录、插入状态、电子签名。 */
export const zh = {
  'card.looking': '正在连接本机的卡介质程序',
  'card.missing': '未检测到卡介质程序。请安装读卡器驱动和本系统的卡介质程序，插入 IC 卡或 Ikey 后再试。',
  'card.permission': '浏览器询问是否允许访问本机设备时，请选择“允许”：页面要与本机的读卡程序通信。若曾选择“禁止”，请点击地址栏左侧的图标，在网站设置中改为允许。',
  'card.check': '重新检测',
  'card.software': '这是软件卡，不是卡介质，仅供试用：谁有文件和口令谁就能签名。',
  'card.noService': '系统的智能卡服务没有应答，请检查读卡器。',
  'card.none': '读卡器中没有可用的卡介质，请插入 IC 卡或 Ikey。',
  'card.choose': '卡介质',
  'card.holder': '{code}，有效期至 {until}',
  'card.expires': '证书将在 {days} 天后到期，请尽快更换。',
  'card.pin': 'PIN',
  'card.tries': '剩余尝试次数：{tries}',
  'card.lastTry': '只剩最后一次，再输错将锁定卡介质。确认尝试',
  'card.blocked': 'PIN 连续输错，卡介质已锁定。请到制卡中心解锁或更换卡介质。',
  'card.login': '登录',
  'card.pairing': '配对码',
  'card.pairingHint': '首次使用请输入本机卡介质程序的配对码，见程序启动时提示的文件。',
  'card.pair': '配对',
  'card.removed': '卡介质已拔出，申报已锁定。请插入登录时所用的卡介质。',
  'card.other': '插入的是另一张卡介质，申报已锁定。请插入登录时所用的卡介质。',
  'card.mute': '读卡器中的卡没有应答。请拔出，检查插入方向和芯片触点后重新插入。',
  'card.unusable': '读卡器中的卡上没有本系统可用的登录和签名证书。请插入本系统支持的卡介质。',
  'card.in_use': '读卡器中的卡正被其他程序使用。请关闭其他使用卡介质的程序。',
  'card.failed': '读卡器中的卡读取失败。请拔出后重新插入。',
  'card.locked': '卡介质已重新插入，请输入 PIN 继续。',
  'card.gone': '与读卡器的联系已中断，申报已锁定，恢复后自动继续。',
  'card.unlock': '继续',
  'card.cancelled': '已放弃签名，没有申报。',
  'card.sign.title': '电子签名',
  'card.sign.what': '卡介质程序读到的签名内容',
  'card.sign.act': '操作',
  'card.sign.number': '预录入编号',
  'card.sign.signer': '签名企业',
  'card.sign.do': '签名',
}

export const en: Record<keyof typeof zh, string> = {
  'card.looking': 'Connecting to the card program on this computer',
  'card.missing':
    'No card program was found. Install the driver of the reader and our card program, '
    + 'insert an IC card or Ikey, then try again.',
  'card.permission':
    'When the browser asks about access to devices on this computer, allow it: the page talks to the card reader. '
    + 'If you once refused, click the icon left of the address and allow it in the site settings.',
  'card.check': 'Check again',
  'card.software':
    'This is a software card, not a real card, for trial use only: anyone with the file and the PIN can sign.',
  'card.noService': 'The system\'s smart card service does not answer. Check the reader.',
  'card.none': 'There is no usable card in the reader. Insert an IC card or Ikey.',
  'card.choose': 'Card',
  'card.holder': '{code}, valid until {until}',
  'card.expires': 'The certificate expires in {days} days. Have the card renewed soon.',
  'card.pin': 'PIN',
  'card.tries': 'Tries left: {tries}',
  'card.lastTry': 'Only one try is left: a wrong PIN blocks the card. Try anyway',
  'card.blocked': 'Too many wrong PINs: the card is blocked. Have it unblocked or replaced at its issuer.',
  'card.login': 'Log in',
  'card.pairing': 'Pairing code',
  'card.pairingHint':
    'The first time, enter the pairing code of the card program; at its start it names the file with the code.',
  'card.pair': 'Pair',
  'card.removed': 'The card was removed and submitting is locked. Insert the card you logged in with.',
  'card.other': 'This is another card and submitting is locked. Insert the card you logged in with.',
  'card.mute':
    'The card in the reader does not answer. Take it out, check which way round it goes in and its contacts, '
    + 'then insert it again.',
  'card.unusable':
    'The card in the reader has no certificates that this system can use to log in and sign. '
    + 'Insert a card that it supports.',
  'card.in_use': 'Another program is using the card in the reader. Close other programs that use the card.',
  'card.failed': 'The card in the reader could not be read. Take it out and insert it again.',
  'card.locked': 'The card is back. Enter its PIN to continue.',
  'card.gone': 'The reader cannot be reached and submitting is locked. It continues by itself once the reader is back.',
  'card.unlock': 'Continue',
  'card.cancelled': 'Not signed; nothing was submitted.',
  'card.sign.title': 'Signature',
  'card.sign.what': 'What is signed, as the card program reads it',
  'card.sign.act': 'Action',
  'card.sign.number': 'Pre-entry number',
  'card.sign.signer': 'Signing enterprise',
  'card.sign.do': 'Sign',
}
