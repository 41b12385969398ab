/* The words of the forms of the office's files. */

import type { Listed } from './authoring-protocol';
import { knownOf } from './file-form';

type Words = Record<string, string>;

/* Of members of the files, as knowledge/schema tells them. */
const NAMES: Words = {
	golden: '验收问题', q: '问题', entry: '应答出的条目', case: '情形', outcome: '应有的结果',
	classes: '词类', cues: '口头话', usual_cues: '自带的口头话', synonyms: '同义词', word: '词', variants: '别的说法', fillers: '客套话', confusables: '形近字', right: '对的字', wrong: '错成的字',
	english: '英文和数字', phrase: '说法', denials: '否定的说法', opposites: '相反的说法', said: '说了', denies: '就不是', dates: '日期说的是什么', of: '名称', words: '这样说', past: '已经发生的说法', date_cues: '日期旁边的词',
	smalltalk: '寒暄', id: '标识', cue: '口头话', also: '说法', patterns: '识别规则', not: '反例', rejects: '收回所列的', reply: '答复',
	name: '单位简称', system: '办理的事', title: '网页标题', welcome: '开头的话', examples: '猜你想问', contacts: '联系方式', kind: '类型', label: '名称', value: '内容', texts: '固定用语',
};

const CUES: Words = {
	filler: '语气词、称呼', yes: '肯定', fine: '应一声', no: '否定', reject: '都不是', first: '前一个', last: '后一个', all: '都要', start: '开始自查', resume: '接着自查', go_on: '继续', skip: '跳过一题',
	back: '回到上一题', change: '改答案', stop: '不想继续了', again: '再说一遍', follow: '没有主语的追问', what_to_do: '只问怎么办', vague: '追问里不算主题的词', person: '找人工', greeting: '打招呼',
	thanks: '道谢', goodbye: '告别', remark: '随口一句', trouble: '只说出了问题', asks: '疑问词', denies: '否定词', particle: '句末语气词', did_not_help: '照做了还是不行', phone_failed: '电话打不通',
	group_failed: '群加不进去', noted: '只表示看到了', remark_start: '说一声的开头', unsure: '本人不知道', corrects: '收回前面说的', restates: '重说一遍', turns_to: '换个话题', defines: '问词的意思', polite: '客气话',
	another: '开始问另一件事', remains: '只是说还剩什么', several: '说有几个问题', popup: '引出弹窗的话', window: '弹窗的叫法', shows: '引出整行提示的话', announces: '冒号前引出弹窗的话', button: '弹窗上的按钮', with_whom: '后面说跟谁', only: '只有后面说的', purpose: '说拿来做什么用', anew: '否定管不到的词', either: '情形里的“或”',
	ordinal: '数字前的字', item: '指第几个', entry: '指第几条', case: '指第几种情形', check_item: '指第几题', case_name: '情形编号前后的词', number_prefix: '数字后、不当编号的字',
};

const DATE_CUES: Words = { ahead: '还没到', behind: '已经发生', asked: '在问日期', supposed: '假设', span_ahead: '还剩多久', span_behind: '已过多久' };

const TEXTS: Words = {
	choose: '请对方选一条', choose_how: '怎么选', choose_person: '怎么找人工', decline: '没有收录', handoff: '转人工', handover_away: '没有人在线', handover_call_back: '可以留电话', handover_closed: '不在服务时间', handover_how: '怎么转人工', handover_queued: '还在排队', handover_waits: '已在排队', no_contact: '没有联系方式',
	empty: '消息是空的', fruitless: '几次都没说清', choose_one: '只有一个可选', apart_how: '先问清一件事', choose_one_how: '只有一个时怎么确认', no_answer: '没有解答的条目', which_question: '只发来序号',
	receipt_here: '本次对话的凭证号', receipt_elsewhere: '别处的凭证号', receipt_use: '凭证号怎么用', no_such_case: '没有这种情形', not_utf8: '消息是乱码', notice: '紧急通知的标记', too_long: '消息太长',
	named_case: '像某种情形时的开头', asked_case: '指明情形时的开头', asker_addressed: '对申请人的称呼', asker_named: '口径里对申请人的称呼', applies: '符合', excluded: '不符合', unknown: '还不能判断',
	result: '核对结果前的词', to_do: '下一步的开头', to_do_derived: '下一步不是原文的标注', to_do_who: '由谁办理', to_do_where: '在哪里办理', to_do_from: '最早哪天', to_do_until: '最晚哪天',
	check_offer: '问要不要自查', check_offer_one: '问要不要自查（不分情形）', check_more: '问要不要接着自查', check_begin: '没有按钮时怎么开始自查', check_start: '开始自查的按钮', check_why: '为什么自查',
	check_sign_in: '提醒登录', check_how: '怎么回答自查', check_again: '怎么改答案', check_open: '问完还不能确定', check_none: '都不符合', instead: '另见别的条目', check_none_how: '都不符合时怎么办',
	in_general: '都不符合时，原文前的话', check_nothing: '没有可核对的', check_stopped: '不想查了', no_such_option: '不在选项里', no_record: '查不到记录', script_title: '口径：开头', script_look_up: '口径：先查什么',
	script_no_look_up: '口径：不用查', script_ask: '口径：要问什么', script_no_ask: '口径：没有要问的', script_cases: '口径：怎么答复', script_read: '口径：照念的原文', script_to_do: '口径：下一步',
	which_one: '问是哪一个', none_of_these: '都不对', did_not_help: '还是不行', phone_failed: '电话打不通', group_at: '群里提醒再@', group_failed: '群加不进去', talk_greeting: '打招呼', talk_thanks: '道谢',
	talk_goodbye: '告别', talk_fine: '应一声', talk_stop: '算了', talk_trouble: '只说出了问题', group_full: '群里：看全文', group_id_number: '群里：发了身份证号', group_late: '群里：没来得及答', group_private: '群里：单独咨询',
	group_rate: '群里：问得太多', group_rate_day: '群里：当天次数用完', group_rest: '群里：没有全文', group_short: '群里：只发链接', group_wait: '群里：稍后再发', page_answer: '全文页：页脚', page_ask: '全文页：去咨询', page_gone: '链接失效', page_private: '单独咨询的说明',
	page_private_go: '单独咨询的按钮',
};

/* Whose members are named otherwise than elsewhere; those of word classes have the names that the office gave them. */
const WITHIN: Record<string, Words> = { cues: CUES, date_cues: DATE_CUES, texts: TEXTS, classes: {} };

export const KINDS: Words = { phone: '电话', qq: 'QQ群', wechat: '微信', url: '网址', address: '地址', hours: '办公时间' };

/* Of what stands in a table; a name that is typed may be any. */
const own = <T>(table: Record<string, T>, name: string): T | undefined => (Object.prototype.hasOwnProperty.call(table, name) ? table[name] : undefined);

function nameOf(name: string, within = ''): string {
	return own(own(WITHIN, within) ?? NAMES, name) ?? name;
}

export const FILES: Record<string, { title: string; hint: string }> = {
	'golden.json': { title: '验收问题', hint: '必须一直答对的问题。有一句得不到原来的结果，就不能发布。' },
	'lexicon.json': { title: '词库', hint: '同义词、口头话、形近字。改一个词，许多条的答复可能跟着变，看“对答复的影响”。' },
	'smalltalk.json': { title: '寒暄', hint: '问好、道谢、再见一类的话怎么答。' },
	'office.json': { title: '单位信息和固定用语', hint: '网页的标题、开头的话、联系方式和固定答复。' },
};

/* What the office calls an entry, a topic or a file. */
export function titleOf({ kind, entry, question }: Pick<Listed, 'kind' | 'entry' | 'question'>): string {
	return kind === 'file' ? FILE.titleOf(entry) : question || entry;
}

export const FILE = {
	nameOf,
	cues: CUES,
	known: (file: string) => knownOf(file, Object.keys(TEXTS), Object.keys(CUES)),
	own,
	titleOf: (file: string) => own(FILES, file)?.title ?? file,
	hintOf: (file: string) => own(FILES, file)?.hint ?? '',
	item: (name: string, number: number) => `${nameOf(name)}第${number}项`,
	count: (count: number) => `${count}项`,
	find: '找一项',
	shown: (shown: number, count: number) => (shown < count ? `共${count}项，列出${shown}项，用“找一项”找别的` : `共${count}项`),
	add: '加一项',
	addTo: (name: string) => `${nameOf(name)}：加一项`,
	newName: '新的名称',
	remove: '删去',
	removeOf: (what: string) => `删去${what}`,
	noEntry: '（没有）',
	json: '全部内容（JSON）',
	jsonHint: '上面没有的项在这里改，由懂 JSON 的人改。',
	jsonBad: '不是正确的 JSON 对象，暂时没有采用。',
	perLine: '一行一句。',
};
