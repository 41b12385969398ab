/* The words of the editor and of the review. What the office wrote stays as it is. */

import type { Event, Path, Preview } from './authoring-protocol';
import type { Fault } from './entry-form';
import { FILE, KINDS } from './file-words';
import type { GateKind } from './gate-protocol';
import type { Verdict } from './protocol';
import type { Desk } from './use-editor';

const MEMBERS: Record<string, string> = {
	id: '标识', number: '编号', question: '标准问', prompts: '弹窗原文', patterns: '识别规则', unless: '排除规则', also: '相似问', not: '反例问',
	answer: '答案', cases: '情形', label: '名称', situation: '情况', advice: '建议', note: '编辑备注', internal: '内部说明', owner: '负责人',
	review_by: '复核期限', reviewed: '上次核对', pick: '由哪一行判断', because: '符合时的依据', because_not: '不符合时的依据',
	because_unknown: '无法判断时的说明', from: '从哪天起', until: '到哪天止', otherwise: '没有结果时再看', instead: '另见', todo: '怎么办',
	diagnosis: '按记录的判断', ask: '追问', apart: '分条的条件', related: '相关条目', source: '出处', topic: '主题', reply: '答复', referrals: '转介',
	claim: '论断', fact: '要问清的事', why: '为什么问', about: '说的是什么', options: '选项', value: '值', words: '说法', range: '数字的范围', since: '多少年以前', leaves_open: '选了还接着问', yields: '没有说别的才算',
	mixes: '两样都说到', of: '什么的日期', years: '年数', is: '对应的值', date: '日期', lies: '以前还是以后', document: '文件', item: '序号', entry: '条目', if: '什么时候', what: '做什么', who: '由谁办', where: '在哪里办',
};

/* Members of entries and of the office's files that have the same name are called otherwise there. */
function memberWords(name: string, path: Path, at: number): string {
	const [first] = path;
	const above = path.slice(0, at).filter((step): step is string => typeof step === 'string').pop();
	const inFile = typeof first === 'string' && FILE.own(MEMBERS, first) === undefined;
	return inFile ? FILE.nameOf(name, above) : FILE.own(MEMBERS, name) ?? FILE.nameOf(name);
}

const percent = (confidence: number) => `${Math.round(confidence * 100)}%`;


export const AUTHORING = {
	members: MEMBERS,
	/* Of a path from this step on. */
	pathWords(path: Path, from = 0): string {
		const words: string[] = [];
		path.forEach((step, at) => {
			if (at < from)
				return;
			if (typeof step === 'string') {
				words.push(memberWords(step, path, at));
				return;
			}
			const id = Object.values(step)[0] ?? '';
			words.push(path[at - 1] === 'cases' ? (words.pop(), `情形${id}`) : `${words.pop() ?? ''}“${id}”`);
		});
		return words.join(' · ');
	},

	/* "cases[1].patterns[0]", counted from 0, as faults name places. */
	placeWords(place: string): string {
		const steps = place.split('.').map((part) => /^(.+?)(?:\[(\d+)\])?$/.exec(part)?.slice(1) ?? [part]);
		const path = steps.map(([name = '']) => name);
		return steps.map(([name = '', index], at) => {
			const number = Number(index) + 1;
			return index === undefined ? memberWords(name, path, at) : name === 'cases' ? `第${number}种情形` : `${memberWords(name, path, at)}第${number}${at + 1 < steps.length ? '项' : '行'}`;
		}).join(' · ');
	},

	/* Of a member that has one of a few values. */
	valueWords(name: string, value: string): string {
		const table = name === 'kind' ? KINDS : name === 'outcome' ? AUTHORING.outcomes : name === 'cue' ? FILE.cues : {};
		return FILE.own(table, value) ?? value;
	},

	/* The list. */
	list: '条目',
	find: '找条目',
	findHint: '编号、几个字或负责人',
	show: '只看',
	filters: { all: '全部', drafts: '有草稿的', unsaved: '没保存的', answer: '问答', referral: '转介（不归我们管的）', file: '验收问题、词库、寒暄等' } as Record<string, string>,
	newEntry: '新建问答',
	newReferral: '新建转介',
	sentBack: '被退回',
	states: { draft: '草稿', review: '待审', approved: '已通过，待发布' } as Record<string, string>,
	changes: { new: '新增', changed: '修改', deleted: '删除' } as Record<string, string>,
	unsaved: '没保存',
	faulty: '有错误',
	referral: '转介',
	ofOffice: '全单位',
	number: (number: number | null) => (number ? `第${number}条` : ''),
	nothingFound: '没有这样的条目。',
	reading: '正在读取……',
	notRead: '没能读取，请重试。',
	again: '重试',
	choose: '选一条，或者新建一条。',
	chooseFor: (text: string) => `请选这句问法属于哪一条：“${text}”`,
	cancel: '取消',
	back: '返回列表',

	/* Files, and what is to be looked at again. */
	desks: { suggestions: '建议', stale: '该复核的', files: '导入导出' } as Record<Desk, string>,
	exportTitle: '导出',
	exportHint: '现在线上的全部条目，存成一个文件。',
	exports: [['xlsx', 'Excel（xlsx）'], ['docx', 'Word（docx）'], ['csv', '表格（CSV）'], ['json', 'JSON'], ['text', '文本']] as [string, string][],
	importTitle: '导入',
	importHint: '文本、CSV、JSON、Excel（xlsx）、Word（docx）都行，8兆以内。先看读成了什么，再决定要不要；收进来的都是草稿，审核、发布以后才生效。',
	importFile: '选一个文件',
	importReading: '正在读文件……',
	importUnreadable: '这个文件读不了，原因见下面。',
	importOutline: '文件的结构',
	importCounts: (counts: { same: number; new: number; changed: number; missing: number; duplicates: number; drafts: number }) => [
		`新增${counts.new}条`, `改动${counts.changed}条`, `相同${counts.same}条`, counts.missing ? `文件里没有、保持不动的${counts.missing}条` : '',
		counts.duplicates ? `问题重复${counts.duplicates}条` : '', counts.drafts ? `已有草稿、不动的${counts.drafts}条` : '',
	].filter(Boolean).join('，'),
	importTake: (count: number) => `收进草稿（${count}条）`,
	importTaken: (count: number) => `已收进${count}份草稿，请逐条核对、提交审核`,
	importNothing: '没有新增和改动，不用收。',
	importChange: { same: '相同', new: '新增', changed: '改动', missing: '文件里没有' } as Record<string, string>,
	importSame: (where: string) => `问题和${where}重复，请核对留哪一个`,
	importSameLive: (name: string) => `已有的${name}`,
	importDraft: '已有草稿，不动',
	importLine: (line: number) => `第${line}行`,
	importMore: (count: number) => `另有${count}条没有列出。`,
	faultsTitle: '文件里的问题',
	staleOverdue: '过了复核期限',
	staleDue: '30天内到期',
	staleRules: '判断规则已过有效期',
	staleNone: '没有。',
	staleDays: (days: number) => (days > 0 ? `过了${days}天` : days === 0 ? '今天到期' : `还有${-days}天`),
	staleOwner: (owner: string | null) => owner ?? '没有负责人',
	links: '网址',
	linksHint: '问答里写到的网址，是不是还打得开。要点了才检查，每个网址只读一个字节。',
	linksCheck: '检查网址',
	linksChecking: '正在检查……',
	linksOff: '这里没有开启网址检查（配置里的 console.links），请联系管理员。',
	linksNone: '没有写到网址。',
	linksMore: (count: number) => `另有${count}个没有列出。`,
	linksChecked: (time: string) => `${time} 检查过。`,
	linkStates: { fine: '打得开', broken: '打不开', silent: '没有回应', '': '没有检查过' } as Record<string, string>,
	linkStatus: (status: number) => `（HTTP ${status}）`,
	staleUndated: (unowned: number, undated: number) => `没写负责人的${unowned}条，没写复核期限的${undated}条。`,
	open: '打开',

	/* The form. */
	form: '条目内容',
	count: (count: number) => (count ? `${count}条` : '没有'),
	line: (line: number) => `第${line}行：`,
	levels: { error: '', warning: '提醒：', note: '说明：' } as Record<Fault['level'], string>,
	idHint: '小写字母、数字和连字符，发布以后不能再改。',
	numberHint: '没有编号的不填。',
	collection: '放在',
	questionHint: '照录原文，去掉序号，保留标点。',
	answerHint: '照录原文。分情形的，这里写开头的话。原文没有答案的留空，不能自己编。',
	alsoHint: '同一个问题的其他问法，口语、方言都行。一行一句。',
	notHint: '看着像、其实不由这一条回答的问题。一行一句。',
	promptsHint: '系统弹窗的文字，一字不差。一行一句。',
	patternsHint: '相似问管不到的说法才写（正则表达式）。<词类> 代表该类的任何一个词。一行一条。',
	unlessHint: '话里出现任何一条，上面的识别规则都不算数。一行一条。',
	wordClass: '词类',
	chooseClass: '选一个词类',
	putClass: '插入',
	classHas: (words: string[]) => `包括：${words.slice(0, 12).join('、')}${words.length > 12 ? `等${words.length}个词` : ''}`,
	cases: '情形',
	casesHint: '答案分情形的，一种情形一项，按原文顺序。不分情形的不用加。',
	caseNamed: (id: string) => `情形${id}`,
	caseLabel: '名称',
	caseWords: '怎么问就是这种情形',
	caseAlsoHint: '问法本身已经说明是这种情形。一行一句。',
	addCase: '加一种情形',
	remove: '删去',
	removeCase: (name: string) => `删去${name}`,
	moveUp: (name: string) => `${name}上移`,
	moveDown: (name: string) => `${name}下移`,
	rules: '判断规则（SQL）',
	rulesNone: '没有',
	ruleHints: {
		pick: '一条 SELECT，其中一列叫 verdict：1 符合，0 不符合，NULL 无法判断。',
		because: 'SQL 表达式，得一句话，只能用上面给出的列。',
	} as Record<string, string>,
	inside: '只给内部看的',
	insideHint: '不会答给申请人。',
	noteHint: '给编辑看的备注。',
	internalHint: '给接线人员看，例如内部联系人。',
	ownerHint: '这一条由谁负责。',
	reviewByHint: '到这一天要再核对一遍。',
	rest: '其余内容（JSON）',
	restHint: '追问、相关条目、出处等，由懂 JSON 的人改。',
	restBad: '不是正确的 JSON 对象，或者写了上面已有的项，暂时没有采用。',
	topicHint: '例如“考试时间、考试安排”，不超过60字。',
	replyHint: '说明这里没有收录、该找谁。不写问答里没有的日期、费用、号码和网址。',

	/* What is wrong. */
	checking: '正在检查……',
	fine: '检查通过',
	wrong: (count: number) => `有${count}处错误，改好才能发布；现在也可以先保存`,
	warned: (count: number) => `这一条有${count}处提醒`,
	notChecked: '没能检查',
	otherFaults: (count: number) => `别处的提醒（${count}处）`,
	ofEntry: (entry: string) => `（条目 ${entry}）`,

	/* Saving. */
	why: '为什么改',
	whyMissing: '请写明为什么改。',
	whyAsked: (count: number, text: string) => `大家问过${count}次：${text}`.slice(0, 120),
	save: '保存草稿',
	saveAndSubmit: '保存并提交审核',
	submit: '提交审核',
	saving: '正在保存……',
	saved: '草稿已保存，还没有生效',
	savedFaulty: '草稿已保存。有错误，改好以后才能提交审核',
	movedTo: (saved: string) => `${saved}。别人刚用了同一个编号，这一条改用下一个`,
	merged: '草稿已保存。同时别人也改了这一条，两边的改动已合在一起',
	submitted: '已提交审核，由别人通过后发布',
	discard: '放弃草稿',
	discarded: '草稿已放弃',
	undo: '撤销没保存的改动',
	deleteEntry: '删除这一条',
	deleted: '已存成“删除”的草稿，发布后生效',
	confirm: {
		discard: { title: '放弃这份草稿？', notice: '草稿里的改动不再保留，线上的内容不变。', yes: '放弃草稿' },
		remove: { title: '删除这一条？', notice: '先存成草稿，审核通过、发布以后才真正删除。', yes: '删除' },
	},
	no: '不，继续编辑',
	willBeDeleted: '这一条将被删除。不想删除的，放弃草稿即可。',
	inReview: '这份草稿正在等待审核。再保存就变回草稿，要重新提交。',
	approvedNow: '这份草稿已通过审核，等待发布。再保存就变回草稿，要重新提交。',
	sentBackBy: (who: string, time: string) => `${who} ${time} 退回`,
	fromFolder: '文件夹里原有的',
	refusedBy: (who: string, why: string) => `${who} 退回了：${why}`,
	savedBy: (who: string, time: string) => `${who} ${time} 改动`,

	/* Two editors. */
	conflictTitle: '两边改得不一样，请逐项选定',
	conflictHint: '别人（或线上）也改了下面这些项。每一项选一边，再保存。',
	conflictOf: (what: string) => `“${what}”用哪一边`,
	yours: '您的',
	theirs: '对方的',
	base: '原来的',
	absent: '（没有）',
	settle: '按选定的保存',

	/* History. */
	history: '历史',
	backToForm: '回到内容',
	historyNone: '这一条在工作台上还没有改过。',
	againstLive: '和线上的比较：',
	sameAsLive: '和线上的一样。',
	events: {
		saved: '保存草稿', merged: '保存草稿（与别人的改动合并）', deleted: '要求删除', discarded: '放弃草稿', submitted: '提交审核', approved: '审核通过', refused: '退回', published: '发布', rolled_back: '全部内容换回以前的版本',
	} as Record<Event['what'], string>,
	alone: '本人通过：不影响任何答复',
	versionOf: (hash: string) => `版本 ${hash.slice(0, 12)}`,
	diffNow: '草稿改了什么',
	noChange: '没有改动。',
	gone: '删去：',
	added: '增加：',
	onlyOrder: '只是顺序变了。',

	/* Preview. */
	preview: '试着问',
	previewHint: '用正在编辑的内容回答，不会记录，也不会生效。',
	previewAsk: '问一句',
	previewDraft: '草稿这样答',
	previewLive: '现在线上这样答',
	previewBad: '内容有错误，改好才能试。',
	previewWait: '正在试……',
	previewFailed: '没能试成，请再试。',
	previewBy: '为什么',
	confidence: (confidence: number) => `把握${percent(confidence)}`,
	kinds: {
		none: '和现在线上的一样', words: '文字变了', offered: '列出的条目变了', gained: '原来答不上，现在答上了', case: '答的情形变了', entry: '换成别的条目回答', lost: '原来答得上，现在答不上了',
	} as Record<Preview['kind'], string>,
	by: { prompt: '弹窗原文', pattern: '识别规则', search: '意思相近', choice: '点选' } as Record<string, string>,

	/* Rules on records. */
	tryTitle: '规则试算',
	tryHint: '用样例档案算一遍正在编辑的规则；也可以写一份档案（JSON，表名对应各行）只算它。',
	tryFacts: '档案（留空：用全部样例档案）',
	tryRun: '试算',
	tryBadFacts: '档案不是正确的 JSON 对象。',
	tryNone: '没有这一条的样例档案，请在上面写一份。',
	tryRecord: '档案',
	tryCase: '情形',
	tryVerdict: '判断',
	tryBecause: '依据',
	tryLive: '线上',
	tryGiven: '上面写的档案',
	tryChanged: '变了',
	verdicts: { applies: '符合', excluded: '不符合', unknown: '无法判断', none: '没有这种情形' } as Record<Verdict | 'none', string>,

	/* Review. */
	queue: '待审和待发布',
	waiting: (count: number) => `待审${count}份`,
	ready: (count: number) => `已通过、待发布${count}份`,
	nextWaiting: '看下一份',
	queueNone: '没有等待审核的草稿。',
	own: '自己改的',
	ownHint: '这份草稿有您的改动。只改标点、空格或备注，不影响任何答复时，才能自己通过；否则请另一个人审核。',
	decision: '审核',
	approve: '通过',
	refuse: '退回',
	refuseTitle: '退回这份草稿',
	refuseWhy: '哪里要改',
	refuseWhyHint: '编辑在历史里看得到。',
	publishAll: (count: number) => (count > 1 ? `发布这${count}份` : '发布'),
	publishWhy: (names: string[]) => `发布：${names.join('、')}`.slice(0, 120),
	approved: (key: string) => `已通过，按 ${key} 发布`,
	approvedAlone: (key: string) => `已通过（不影响任何答复），按 ${key} 发布`,
	refused: '已退回',
	publishing: '正在发布……',
	published: (version: number) => `已发布，现在线上是第${version}版`,
	noPublishing: '这里不能发布：几台机器一起服务时，要在配置里写 knowledge.from = store。',
	versions: '版本',
	versionsNone: '还没有在工作台上发布过。',
	versionNumber: (version: number) => `第${version}版`,
	versionLive: '现在线上',
	rollBack: '退回上一版',
	rollBackTo: (version: number) => `换回第${version}版`,
	rollBackAll: (version: number) => `线上的全部内容会换成第${version}版，一秒内所有对话都用上。`,
	byHandGone: '文件夹里直接改的也不再使用。',
	effect: '会变的条目',
	effectUnread: '没能读出哪些条目会变。',
	effectNone: '内容和现在线上的一样，没有条目会变。',
	effectEntries: (count: number) => `会变的有${count}条：`,
	effectOf: { new: '恢复', changed: '改回', deleted: '撤下' } as Record<string, string>,
	effectMore: (count: number) => `另外还有${count}条没有列出。`,
	effectFiles: (names: string[]) => `这些文件也会换回：${names.join('、')}。`,
	undoneTitle: (count: number) => `撤回的${count}次发布`,
	undone: (version: number, why: string) => `第${version}版${why ? `：${why}` : ''}`,
	wentLive: (time: string) => `${time} 起用`,
	wentBack: '换回以前的',
	rolledBack: (version: number) => `已换回，现在线上是第${version}版`,
	noVersionBefore: '线上的已是最早的一版，没有更早的可以退回。',
	notLive: '线上的内容和发布过的都不一样（文件夹被直接改过）。',
	submittedBy: (who: string, time: string) => `${who}，${time}`,
	authors: (names: string[]) => `改动的人：${names.join('、')}`,
	whatChanged: '改了什么',
	whyNone: '没有写。',
	wholeEntry: '整条内容（草稿）',

	/* The gate. */
	gate: '对答复的影响',
	gateRunning: (done: number, total: number) => (total ? `正在用大家问过的话逐句核对：${done} / ${total}` : '正在收集大家问过的话……'),
	gateEnded: '核对被另一次核对打断，请重新核对。',
	gateFailed: '没能核对，请重新核对。',
	gateAgain: '重新核对',
	gateDone: (questions: number, asked: number) => `核对了${questions}种问法${asked ? `（大家一共问过${asked}次）` : ''}。`,
	gateSame: '没有一个问题换了答复：最多是文字变了。',
	gateAlone: '改的只是标点、空格或备注，可以不经别人审核。',
	gateBlocked: '不能发布：下面的验收问题或样例档案得不到原来的结果。',
	gateNone: '没有一个问题的答复会变。',
	gateKinds: {
		lost: '答不上了', entry: '换了条目', case: '换了情形', gained: '新答上的', offered: '列出的变了', words: '只变文字',
	} as Record<GateKind, string>,
	gateCount: (questions: number, asked: number) => (asked ? `${questions}种问法，${asked}次` : `${questions}种问法`),
	gateQuestion: '问题',
	gateAsked: '问过',
	gateOld: '原来',
	gateNew: '以后',
	gateCause: '因为',
	gateTimes: (asked: number) => (asked ? `${asked}次` : '—'),
	gateMore: (count: number) => `另有${count}个没有列出。`,
	golden: '验收问题',
	gateVerdicts: '按档案的判断',
	gateFrom: { sample: '样例档案', atlas: '情形图' } as Record<string, string>,
	gateRecords: (count: number) => `（${count}份）`,
	causeAdded: (member: string, text: string) => `增加了${member}“${text}”`,
	causeRemoved: (member: string, text: string) => `删去了${member}“${text}”`,
	causeMembers: {
		question: '标准问', alternate: '相似问', prompt: '弹窗原文', pattern: '识别规则', unless: '排除规则', counter_example: '反例问', answer: '答案', situation: '情况', advice: '建议',
		case_alternate: '情形的相似问', case_pattern: '情形的识别规则',
	} as Record<string, string>,
	outcomes: { answer: '回答', choose: '列出', ask: '追问', decline: '答复“没有收录”', smalltalk: '寒暄', handoff: '转人工', busy: '没能答上', error: '没能答上' } as Record<string, string>,
	caseOf: (id: string) => `情形${id}`,

	refusals: {
		may_not: '您的账号不能这样做。',
		own_draft: '自己改的草稿，要由另一个人通过。',
		no_draft: '这份草稿已经不在了，请刷新。',
		draft_moved: '别人刚改过这份草稿，请重新打开看一看。',
		draft_state: '这份草稿现在不能这样做，请刷新。',
		invalid_draft: '草稿有错误，改好才能继续。',
		number_taken: '编号已有别的条目在用：编号一起变动的草稿，要都审核通过后一起发布。',
		lost_golden: '有验收问题得不到原来的答复，不能通过。',
		conflict: '线上的内容已经变了，和这份草稿对不上，请编辑重新打开、选定后再提交。',
		entry_taken: '这个标识已有别的条目在用，请换一个。',
		not_taken: '没能发布：有一台机器不接受，或者文件夹不能写。线上的内容没有变。',
		no_publishing: '这里不能发布：几台机器一起服务时，要在配置里写 knowledge.from = store。',
		publishing: '正在发布另一版，请稍等再试。',
		no_such_version: '没有可以换回的版本。',
		other_faq: '线上的问答和已存的版本没有一条相同，是另一套问答，不能发布，也不能换回。可能是两套问答共用了一个 var 目录，请管理员检查。',
		not_found: '没有这一条。',
		no_answer: '连不上服务器，请检查网络后重试。没保存的改动还在。',
		file_too_large: '文件太大，请拆成几个。',
		live_moved: '线上的内容刚变过，请重新选文件看一遍。',
		too_large: '内容太长，没能保存。',
		bad_member: '有一项写得不对，没能保存。',
	} as Record<string, string>,
	refused_: '没能完成，请稍后重试。',
};
